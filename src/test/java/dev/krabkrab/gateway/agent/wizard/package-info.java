/** Tests of the dialogue. */
@NullMarked
package dev.krabkrab.gateway.agent.wizard;

import org.jspecify.annotations.NullMarked;
