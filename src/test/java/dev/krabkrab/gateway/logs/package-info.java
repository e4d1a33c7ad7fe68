/** Tests of the shared log. */
@NullMarked
package dev.krabkrab.gateway.logs;

import org.jspecify.annotations.NullMarked;
