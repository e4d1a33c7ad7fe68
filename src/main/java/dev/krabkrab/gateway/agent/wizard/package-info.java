/** The dialogue that sets a gateway up, one question after the other. */
@NullMarked
package dev.krabkrab.gateway.agent.wizard;

import org.jspecify.annotations.NullMarked;
