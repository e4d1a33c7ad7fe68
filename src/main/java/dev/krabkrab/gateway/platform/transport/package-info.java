/** One socket: frames in, an ordered bounded way out, ticks, slow consumers, drain. */
@NullMarked
package dev.krabkrab.gateway.platform.transport;

import org.jspecify.annotations.NullMarked;
