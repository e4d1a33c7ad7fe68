package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Ids as tables show them: their first {@value #LENGTH} characters, or as many as only one of them
 * begins with. {@link IdFinder} takes them for the whole id.
 */
final class ShortIds {
  static final int LENGTH = 12;

  private final List<String> all;

  ShortIds(List<String> all) {
    this.all = List.copyOf(all);
  }

  /** The ids in one field of an array's objects. */
  static ShortIds of(JsonNode rows, String field) {
    List<String> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.path(field).asText("")));
    return new ShortIds(ids);
  }

  /** One of them, or the beginning of it. */
  String of(String id) {
    int length = Math.min(LENGTH, id.length());
    while (length < id.length() && !isEnough(id, id.substring(0, length))) {
      length++;
    }
    // Half a character is none.
    boolean halved = length < id.length() && Character.isLowSurrogate(id.charAt(length));
    return id.substring(0, halved ? length + 1 : length);
  }

  private boolean isEnough(String id, String start) {
    return all.stream().allMatch(other -> other.equals(id) || !other.startsWith(start));
  }
}
