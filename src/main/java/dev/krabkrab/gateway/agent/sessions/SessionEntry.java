package dev.krabkrab.gateway.agent.sessions;

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
}
