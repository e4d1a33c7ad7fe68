/** Wake words and talk mode. */
@NullMarked
package dev.krabkrab.gateway.voice;

import org.jspecify.annotations.NullMarked;
