/** Tests of agents and their turns. */
@NullMarked
package dev.krabkrab.gateway.agent.agents;

import org.jspecify.annotations.NullMarked;
