package dev.krabkrab.gateway.channel.markup;

/**
 * How a part of a text looks.
 *
 * @param detail the address of a {@link Kind#LINK}, the language of a {@link Kind#BLOCK} or an
 *     empty text, else empty
 */
public record Style(Kind kind, String detail) {
  /** The kinds of looks that chats know. */
  public enum Kind {
    BOLD,
    ITALIC,
    STRIKE,
    /** Code within a line. */
    CODE,
    /** Code on lines of its own. */
    BLOCK,
    LINK,
    QUOTE
  }

  static Style of(Kind kind) {
    return new Style(kind, "");
  }

  boolean is(Kind other) {
    return kind == other;
  }
}
