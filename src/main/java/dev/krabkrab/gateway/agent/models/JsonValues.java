package dev.krabkrab.gateway.agent.models;

import java.util.function.Consumer;

/** Finds the JSON values in a text that comes in pieces: objects and arrays, however broken up. */
final class JsonValues {
  private final Consumer<String> found;
  private final StringBuilder value = new StringBuilder();
  private final StringBuilder beside = new StringBuilder();
  private int depth;
  private boolean quoted;
  private boolean escaped;

  JsonValues(Consumer<String> found) {
    this.found = found;
  }

  /** Whether a value has begun and not ended. */
  boolean isInside() {
    return depth > 0;
  }

  void add(String text) {
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
  }

  private void add(char c) {
    if (depth == 0 && c != '{' && c != '[') {
      beside.append(c);
      return;
    }
    value.append(c);
    if (quoted) {
      quoted = escaped || c != '"';
      escaped = !escaped && c == '\\';
      return;
    }
    switch (c) {
      case '"' -> quoted = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> {
        // Inside a value.
      }
    }
    if (depth == 0) {
      String whole = value.toString();
      value.setLength(0);
      found.accept(whole);
    }
  }

  int length() {
    return value.length() + beside.length();
  }

  /** What is no value: text between them, and one that has not ended. */
  String rest() {
    return (beside.toString().strip() + value).strip();
  }
}
