/**
 * Chat channels. A {@link dev.krabkrab.gateway.channel.ChannelProvider} makes what speaks for the
 * accounts of one kind of channel; every instance sends, one listens for each account, and what is
 * to be said waits in Redis until the channel has taken it.
 */
@NullMarked
package dev.krabkrab.gateway.channel;

import org.jspecify.annotations.NullMarked;
