/** Tests of the voice room. */
@NullMarked
package dev.krabkrab.gateway.voice;

import org.jspecify.annotations.NullMarked;
