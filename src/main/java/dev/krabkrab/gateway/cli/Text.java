package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.protocol.SafeText;

/** Human text: safe for a terminal, times relative to now. */
final class Text {
  private Text() {}

  /** What others wrote, as one line of what is there. */
  static String safe(String text) {
    return SafeText.value(text);
  }

  /** The text cut to at most {@code max} characters, with an ellipsis where it was cut. */
  static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max - 1) + "…";
  }

  /** A moment relative to now: {@code 3m ago}, {@code in 20s}, {@code -} when unknown (0). */
  static String relative(long ms, long nowMs) {
    if (ms <= 0) {
      return "-";
    }
    long distance = nowMs - ms;
    return distance >= 0 ? duration(distance) + " ago" : "in " + duration(-distance);
  }

  /** The largest whole unit of a span: {@code 45s}, {@code 12m}, {@code 3h}, {@code 9d}. */
  static String duration(long ms) {
    long seconds = ms / 1000;
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }
}
