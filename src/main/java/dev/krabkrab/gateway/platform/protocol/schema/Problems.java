package dev.krabkrab.gateway.platform.protocol.schema;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Problem texts in the order found, without repetitions.
 *
 * <p>Takes no more once {@value #LIMIT} characters are reached: a large frame of tiny mistakes
 * would otherwise be answered by a text many times its size.
 */
final class Problems {
  private static final int LIMIT = 16_384;

  private final Set<String> texts = new LinkedHashSet<>();
  private int characters;

  void add(Pointer at, String text) {
    if (!full()) {
      put(at.isRoot() ? text : "at " + at + ": " + text);
    }
  }

  /** Unlike other problems, an unexpected property names its place at top level too. */
  void addUnexpected(Pointer at, String name) {
    if (!full()) {
      put("at " + (at.isRoot() ? "root" : at) + ": unexpected property '" + name + "'");
    }
  }

  void addAll(Problems others) {
    for (var text : others.texts) {
      if (!full()) {
        put(text);
      }
    }
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  boolean full() {
    return characters >= LIMIT;
  }

  String joined() {
    return String.join("; ", texts);
  }

  private void put(String text) {
    if (texts.add(text)) {
      characters += text.length();
    }
  }
}
