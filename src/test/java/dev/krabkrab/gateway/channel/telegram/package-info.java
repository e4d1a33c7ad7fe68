/** Telegram's Bot API, as it is spoken here. */
@org.jspecify.annotations.NullMarked
package dev.krabkrab.gateway.channel.telegram;
