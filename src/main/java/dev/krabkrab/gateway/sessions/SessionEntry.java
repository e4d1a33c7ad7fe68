package dev.krabkrab.gateway.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is stored. Protocol 04 §16, §18.
 *
 * @param key canonical
 * @param fields as clients get them in {@code entry}; not to be changed
 */
record SessionEntry(String key, ObjectNode fields) {
  String sessionId() {
    return fields.path("sessionId").asText();
  }

  long updatedAt() {
    return fields.path("updatedAt").asLong();
  }

  @Nullable String text(String field) {
    JsonNode value = fields.path(field);
    return value.isTextual() ? value.textValue() : null;
  }

  /** {@code direct}, {@code group}, {@code global} or {@code unknown}. */
  String kind() {
    if (key.equals(SessionRules.GLOBAL) || key.equals(SessionRules.UNKNOWN)) {
      return key;
    }
    String chat = fields.path("chatType").asText();
    boolean group = chat.equals("group") || chat.equals("channel");
    return group || key.contains(":group:") || key.contains(":channel:") ? "group" : "direct";
  }

  /**
   * What people read: the stored name, a group's subject or room, its label, its origin; or null.
   */
  @Nullable String displayName() {
    String stored = text("displayName");
    String group = kind().equals("group") ? firstOf(text("subject"), text("groupChannel")) : null;
    return firstOf(stored, firstOf(group, firstOf(text("label"), originLabel())));
  }

  private @Nullable String originLabel() {
    JsonNode label = fields.at("/origin/label");
    return label.isTextual() ? label.textValue() : null;
  }

  private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
    return first == null ? second : first;
  }
}
