/** What models were used for, counted by day, and what that costs. */
@NullMarked
package dev.krabkrab.gateway.agent.usage;

import org.jspecify.annotations.NullMarked;
