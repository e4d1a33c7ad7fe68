package dev.krabkrab.gateway.cli.node;

import java.util.regex.Pattern;

/**
 * A pattern of full paths: {@code *} is any run without a slash, {@code **} any run, {@code ?} one
 * character but a slash, everything else itself. Protocol 02 §4.3.
 */
final class PathPattern {
  private PathPattern() {}

  /** The pattern as a regular expression of whole paths. */
  static Pattern of(String text, String home) {
    String pattern = text.startsWith("~/") ? home + text.substring(1) : text;
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      boolean two = c == '*' && i + 1 < pattern.length() && pattern.charAt(i + 1) == '*';
      if (two) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  /** Whether it can match anything: a bare name matches no path. */
  static boolean isUsable(String text) {
    return text.startsWith("/") || text.startsWith("~/");
  }
}
