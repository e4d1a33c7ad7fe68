package dev.krabkrab.gateway.agent.models;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes error texts of providers fit to be shown: short, and without tricks. */
final class ProviderErrorText {
  private static final int LONGEST = 500;
  private static final int LONGEST_READ = 8_000;
  private static final int SHORTEST_SECRET = 8;
  private static final Pattern TITLE =
      Pattern.compile("<(title|h1)[^>]*>([^<]{1,300})<", Pattern.CASE_INSENSITIVE);

  private ProviderErrorText() {}

  /** One line, with control and direction-changing characters as escapes, cut where it is long. */
  static String safe(String text) {
    StringBuilder shown = new StringBuilder();
    boolean space = false;
    for (int i = 0; i < text.length() && shown.length() < LONGEST; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) && c <= ' ') {
        space = !shown.isEmpty();
        continue;
      }
      if (space) {
        shown.append(' ');
        space = false;
      }
      append(shown, c);
    }
    return shown.length() < LONGEST ? shown.toString() : shown + "…";
  }

  private static void append(StringBuilder shown, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          shown.append(String.format("\\u%04x", c));
      default -> shown.appendCodePoint(c);
    }
  }

  /** The same of a text that may be a page of HTML, of which the title is what matters. */
  static String ofPage(String text) {
    String begin = text.length() <= LONGEST_READ ? text : text.substring(0, LONGEST_READ);
    if (!begin.stripLeading().startsWith("<")) {
      return safe(begin);
    }
    Matcher title = TITLE.matcher(begin);
    return title.find() ? "a page of HTML: " + safe(title.group(2)) : "a page of HTML";
  }

  /** Without what nobody may read. */
  static String without(String text, Iterable<String> secrets) {
    String shown = text;
    for (String secret : secrets) {
      if (secret.length() >= SHORTEST_SECRET) {
        shown = shown.replace(secret, "(hidden)");
      }
    }
    return shown;
  }
}
