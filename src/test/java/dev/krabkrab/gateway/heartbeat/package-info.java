/** Tests of the system-event queue. */
@NullMarked
package dev.krabkrab.gateway.heartbeat;

import org.jspecify.annotations.NullMarked;
