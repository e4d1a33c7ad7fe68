package dev.krabkrab.gateway.channel.markup;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a text in the markup of a channel. What is opened is closed, in the opposite order. One
 * writer writes one text, on one thread.
 */
public abstract class MarkupWriter {
  private final StringBuilder out = new StringBuilder();
  private final List<Style> opened = new ArrayList<>();

  /** What is written so far. */
  protected final StringBuilder out() {
    return out;
  }

  /** Begins a look. */
  protected abstract void open(Style style);

  /** Ends it. */
  protected abstract void close(Style style);

  /**
   * Writes a text that all looks apply to.
   *
   * @param styles the outermost first
   */
  protected void write(String text, List<Style> styles) {
    change(styles);
    words(text);
  }

  /** Writes words, so that nothing in them is markup. */
  protected abstract void words(String text);

  /** Ends the looks that do not go on, and begins new ones. */
  protected final void change(List<Style> styles) {
    int common = 0;
    while (common < Math.min(opened.size(), styles.size())
        && opened.get(common).equals(styles.get(common))) {
      common++;
    }
    while (opened.size() > common) {
      close(opened.removeLast());
    }
    for (Style style : styles.subList(common, styles.size())) {
      opened.add(style);
      open(style);
    }
  }

  /** Ends all looks and gives the whole text. */
  final String end() {
    change(List.of());
    return out.toString();
  }
}
