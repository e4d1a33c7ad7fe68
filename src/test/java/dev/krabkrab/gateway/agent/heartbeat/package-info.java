/** Tests of the system-event queue. */
@NullMarked
package dev.krabkrab.gateway.agent.heartbeat;

import org.jspecify.annotations.NullMarked;
