/** Tests of agents and their turns. */
@NullMarked
package dev.krabkrab.gateway.agents;

import org.jspecify.annotations.NullMarked;
