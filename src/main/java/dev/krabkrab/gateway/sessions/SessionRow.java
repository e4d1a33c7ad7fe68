package dev.krabkrab.gateway.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import java.util.List;

/** A session as {@code sessions.list} shows it. Protocol 04 §16.1. */
final class SessionRow {
  private static final List<String> COPIED =
      List.of(
          "label",
          "channel",
          "subject",
          "groupChannel",
          "space",
          "chatType",
          "origin",
          "systemSent",
          "abortedLastRun",
          "thinkingLevel",
          "verboseLevel",
          "reasoningLevel",
          "elevatedLevel",
          "sendPolicy",
          "inputTokens",
          "outputTokens",
          "responseUsage",
          "deliveryContext",
          "lastChannel",
          "lastTo",
          "lastAccountId");

  private SessionRow() {}

  static ObjectNode of(SessionEntry entry, SessionRules rules) {
    JsonNode fields = entry.fields();
    ObjectNode row = Json.object().put("key", entry.key()).put("kind", entry.kind());
    Json.putIfPresent(row, "displayName", entry.displayName());
    row.set("updatedAt", fields.path("updatedAt"));
    row.put("sessionId", entry.sessionId());
    for (String field : COPIED) {
      if (fields.has(field)) {
        row.set(field, fields.get(field));
      }
    }
    row.put("totalTokens", fields.path("totalTokens").asLong());
    row.put("modelProvider", text(fields, "provider", "modelProvider", rules.model().provider()));
    row.put("model", text(fields, "model", "model", rules.model().id()));
    return row.put("contextTokens", fields.path("contextTokens").asInt(rules.contextTokens()));
  }

  /** What was chosen for the session, else what it ran on last, else what is usual. */
  private static String text(JsonNode fields, String chosen, String last, String usual) {
    return fields.path(chosen + "Override").asText(fields.path(last).asText(usual));
  }
}
