/** Tests of the gateway document. */
@NullMarked
package dev.krabkrab.gateway.platform.settings;

import org.jspecify.annotations.NullMarked;
