/** Chat channels: what is connected, and what clients may ask of it. None is connected yet. */
@NullMarked
package dev.krabkrab.gateway.channels;

import org.jspecify.annotations.NullMarked;
