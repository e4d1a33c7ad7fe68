/** Tests of the voice room. */
@NullMarked
package dev.krabkrab.gateway.agent.voice;

import org.jspecify.annotations.NullMarked;
