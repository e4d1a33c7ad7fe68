/** Wake words, talk mode, and texts read out. */
@NullMarked
package dev.krabkrab.gateway.voice;

import org.jspecify.annotations.NullMarked;
