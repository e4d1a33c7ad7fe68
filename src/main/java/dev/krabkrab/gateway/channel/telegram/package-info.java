/** Telegram: the Bot API by long poll or webhook. */
@NullMarked
package dev.krabkrab.gateway.channel.telegram;

import org.jspecify.annotations.NullMarked;
