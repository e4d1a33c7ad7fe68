/** Wake words, talk mode, and texts read out. */
@NullMarked
package dev.krabkrab.gateway.agent.voice;

import org.jspecify.annotations.NullMarked;
