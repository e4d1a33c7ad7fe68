/**
 * Markdown as chats show it: read once, cut where a channel has to cut, and written in the markup
 * of that channel. Knows no channel.
 */
@NullMarked
package dev.krabkrab.gateway.channel.markup;

import org.jspecify.annotations.NullMarked;
