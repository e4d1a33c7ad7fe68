/** Tests of the gateway document. */
@NullMarked
package dev.krabkrab.gateway.settings;

import org.jspecify.annotations.NullMarked;
