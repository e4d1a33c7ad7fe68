/** Watches event loops during all tests. */
@NullMarked
package dev.krabkrab.gateway.loops;

import org.jspecify.annotations.NullMarked;
