/** Tests of the settings of one instance. */
@NullMarked
package dev.krabkrab.gateway.platform.config;

import org.jspecify.annotations.NullMarked;
