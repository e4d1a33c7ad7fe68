/** The tools of agents. */
@NullMarked
package dev.krabkrab.gateway.agent.tools;

import org.jspecify.annotations.NullMarked;
