/** Tests of what clients are told of channels. */
@NullMarked
package dev.krabkrab.gateway.channel;

import org.jspecify.annotations.NullMarked;
