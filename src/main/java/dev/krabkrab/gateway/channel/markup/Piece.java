package dev.krabkrab.gateway.channel.markup;

/**
 * A part of a text that a channel takes at once.
 *
 * @param markup in the channel's markup, complete in itself
 * @param plain the same without markup
 */
public record Piece(String markup, String plain) {}
