/** The use of models, counted by day, and its cost. */
@NullMarked
package dev.krabkrab.gateway.agent.usage;

import org.jspecify.annotations.NullMarked;
