/** Runs: turns of agents, one at a time in a session, wherever they are worked on. */
@NullMarked
package dev.krabkrab.gateway.agent.runs;

import org.jspecify.annotations.NullMarked;
