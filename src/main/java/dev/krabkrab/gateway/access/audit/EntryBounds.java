package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Json;

/** Keeps entries small: much of what they name, clients choose freely. */
final class EntryBounds {
  static final int MOST_TEXT = 600;
  static final int MOST_ITEMS = 100;

  private EntryBounds() {}

  /** The same without what is too long or too many. */
  static ObjectNode within(ObjectNode details) {
    details
        .properties()
        .forEach(
            field -> {
              switch (field.getValue()) {
                case TextNode text -> field.setValue(within(text));
                case ArrayNode items -> field.setValue(within(items));
                default -> {}
              }
            });
    return details;
  }

  private static ArrayNode within(ArrayNode items) {
    ArrayNode kept = Json.array();
    for (JsonNode item : items) {
      if (kept.size() == MOST_ITEMS) {
        return kept.add("…");
      }
      kept.add(item instanceof TextNode text ? within(text) : item);
    }
    return kept;
  }

  private static TextNode within(TextNode text) {
    String value = text.textValue();
    return value.length() <= MOST_TEXT
        ? text
        : TextNode.valueOf(value.substring(0, MOST_TEXT) + "…");
  }
}
