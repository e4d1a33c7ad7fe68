/** Skills: instructions in folders, what they need, and how they are set up. */
@NullMarked
package dev.krabkrab.gateway.agent.skills;

import org.jspecify.annotations.NullMarked;
