/** System events waiting for an agent's next turn, and the heartbeat's switch and last event. */
@NullMarked
package dev.krabkrab.gateway.agent.heartbeat;

import org.jspecify.annotations.NullMarked;
