/** Tests of what clients are told of channels. */
@NullMarked
package dev.krabkrab.gateway.channels;

import org.jspecify.annotations.NullMarked;
