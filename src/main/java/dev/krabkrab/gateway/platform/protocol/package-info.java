/** Wire facts: frames, error shapes, close codes, event names and versions. No HTTP, no Redis. */
@NullMarked
package dev.krabkrab.gateway.platform.protocol;

import org.jspecify.annotations.NullMarked;
