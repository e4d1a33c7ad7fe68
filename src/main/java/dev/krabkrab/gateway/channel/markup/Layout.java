package dev.krabkrab.gateway.channel.markup;

import dev.krabkrab.gateway.channel.markup.Style.Kind;
import java.util.ArrayList;
import java.util.List;

/** Puts blocks below each other, with the looks that they are in and the lines between them. */
final class Layout {
  private static final String STEP = "   ";

  /** What is deeper is indented no further, since each line would grow with it. */
  private static final int WIDEST_INDENT = 8 * STEP.length();

  private final RichText.Builder out = new RichText.Builder();
  private final List<Style> looks = new ArrayList<>();
  private String indent = "";

  /** Line breaks before whatever comes next. */
  private int gap;

  /** A list item begins: its first block stands where it stands. */
  private boolean fresh;

  /** The next line break belongs to no quote. */
  private boolean outside;

  void say(String text) {
    say(text, looks);
  }

  private void say(String text, List<Style> styles) {
    if (gap > 0 && !out.isEmpty()) {
      out.add("\n".repeat(gap) + indent, outside ? List.of() : quotes());
      if (gap > 1) {
        out.seam();
      }
    }
    gap = 0;
    fresh = false;
    outside = false;
    out.add(text, styles);
  }

  /** Says code within a line: it has no looks besides, and a link stays one. */
  void code(String text) {
    if (isIn(Kind.LINK)) {
      say(text);
      return;
    }
    List<Style> styles = new ArrayList<>(quotes());
    styles.add(Style.of(Kind.CODE));
    say(text, styles);
  }

  void line() {
    say("\n" + indent);
  }

  private List<Style> quotes() {
    return looks.stream().filter(look -> look.is(Kind.QUOTE)).toList();
  }

  boolean isIn(Kind kind) {
    return looks.stream().anyMatch(look -> look.is(kind));
  }

  /** A block comes next, below so many line breaks. */
  void block(int lines) {
    if (!fresh) {
      gap = Math.max(gap, lines);
    }
  }

  /** All that is said meanwhile has a look. */
  void within(Style style, Runnable content) {
    if (looks.contains(style)) {
      content.run();
      return;
    }
    looks.add(style);
    content.run();
    looks.removeLast();
  }

  void quote(Runnable content) {
    block(2);
    outside = !isIn(Kind.QUOTE);
    within(Style.of(Kind.QUOTE), content);
    outside = false;
  }

  /** What is said meanwhile stands behind a mark. */
  void item(String mark, Runnable content) {
    say(mark);
    String before = indent;
    indent = indent.length() < WIDEST_INDENT ? indent + STEP : indent;
    fresh = true;
    content.run();
    fresh = false;
    indent = before;
  }

  /** A block of code, which is in nothing else. */
  void code(String literal, String language) {
    String text = literal.endsWith("\n") ? literal.substring(0, literal.length() - 1) : literal;
    if (text.isBlank()) {
      return;
    }
    gap = Math.max(gap, fresh ? 1 : 2);
    String before = indent;
    indent = "";
    outside = true;
    say(text, List.of(new Style(Kind.BLOCK, language)));
    indent = before;
    gap = 2;
    outside = true;
  }

  RichText build() {
    return out.build();
  }
}
