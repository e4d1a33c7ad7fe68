/** Tests of the shared log. */
@NullMarked
package dev.krabkrab.gateway.control.logs;

import org.jspecify.annotations.NullMarked;
