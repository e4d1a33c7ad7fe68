/** What the gateway promises when something breaks, played with real processes. */
@NullMarked
package dev.krabkrab.gateway.failure;

import org.jspecify.annotations.NullMarked;
