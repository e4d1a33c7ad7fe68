package dev.krabkrab.gateway.access.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header {@code Forwarded}: elements of pairs, the client's own first. RFC 7239 §4. What
 * does not follow the grammar becomes an element that says nothing.
 */
final class ForwardedElements {
  private final String text;
  private int at;

  private ForwardedElements(String text) {
    this.text = text;
  }

  /** The elements of all lines in turn, each as parameters by lower-case name. */
  static List<Map<String, String>> read(List<String> lines) {
    return lines.isEmpty() ? List.of() : new ForwardedElements(String.join(",", lines)).elements();
  }

  private List<Map<String, String>> elements() {
    var elements = new ArrayList<Map<String, String>>();
    while (at <= text.length()) {
      int start = at;
      Map<String, String> element = element();
      boolean blank = text.substring(start, at).isBlank();
      at++;
      if (!blank) {
        elements.add(element);
      }
    }
    return elements;
  }

  /** Reads up to the comma that ends the element; one that is malformed is skipped as a whole. */
  private Map<String, String> element() {
    var pairs = new HashMap<String, String>();
    boolean sound = true;
    while (true) {
      String name = upTo("=;,").strip().toLowerCase(Locale.ROOT);
      if (at < text.length() && text.charAt(at) == '=') {
        at++;
        String value = value();
        sound &= value != null && !name.isEmpty() && pairs.putIfAbsent(name, value) == null;
      } else {
        sound &= name.isEmpty();
      }
      sound &= upTo(";,").isBlank();
      if (at >= text.length() || text.charAt(at) == ',') {
        return sound ? pairs : Map.of();
      }
      at++;
    }
  }

  private @Nullable String value() {
    if (at >= text.length() || text.charAt(at) != '"') {
      String token = upTo(";,").strip();
      return token.indexOf('"') >= 0 ? null : token;
    }
    var value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    return null;
  }

  private String upTo(String ends) {
    int start = at;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }
}
