package dev.krabkrab.gateway.channel;

import java.util.ArrayList;
import java.util.List;

/** Cuts long texts into what a channel takes at once: at paragraphs, else lines, else words. */
public final class TextChunks {
  private static final List<String> SEAMS = List.of("\n\n", "\n", " ");

  private TextChunks() {}

  /**
   * Cuts a text.
   *
   * @param most characters of a part
   * @return at least one part; together they hold everything but blanks at the seams
   */
  public static List<String> of(String text, int most) {
    List<String> parts = new ArrayList<>();
    String rest = text.strip();
    while (rest.length() > most) {
      int end = seam(rest, most);
      parts.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).strip();
    }
    parts.add(rest);
    return parts;
  }

  private static int seam(String text, int most) {
    for (String seam : SEAMS) {
      int at = text.lastIndexOf(seam, most);
      if (at > most / 2) {
        return at;
      }
    }
    return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
  }
}
