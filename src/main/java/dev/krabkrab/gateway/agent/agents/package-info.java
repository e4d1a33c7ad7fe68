/** The agents of the gateway document. */
@NullMarked
package dev.krabkrab.gateway.agent.agents;

import org.jspecify.annotations.NullMarked;
