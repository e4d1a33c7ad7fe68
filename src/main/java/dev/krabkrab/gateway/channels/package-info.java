/** Chat channels: none is connected yet, so a named one is refused by its name. */
@NullMarked
package dev.krabkrab.gateway.channels;

import org.jspecify.annotations.NullMarked;
