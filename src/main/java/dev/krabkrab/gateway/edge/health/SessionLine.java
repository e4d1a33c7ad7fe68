package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;

/** A session as {@code status} shows it. Protocol 03 §2. */
final class SessionLine {
  private static final int MOST_PERCENT = 999;
  private static final List<String> LEVELS = List.of("think", "verbose", "reasoning", "elevated");

  private SessionLine() {}

  static ObjectNode of(JsonNode row, HealthFacts facts, long nowMs) {
    String key = row.path("key").asText();
    String[] parts = key.split(":", 3);
    ObjectNode line = Json.object();
    if (parts.length == 3 && parts[0].equals("agent")) {
      line.put("agentId", parts[1]);
    }
    line.put("key", key).put("kind", row.path("kind").asText("direct"));
    copy(row, line, "sessionId");
    copy(row, line, "updatedAt");
    line.put("age", Math.max(0, nowMs - row.path("updatedAt").asLong(nowMs)));
    for (String level : LEVELS) {
      copy(row, line, level + (level.equals("think") ? "ingLevel" : "Level"));
    }
    copy(row, line, "systemSent");
    copy(row, line, "abortedLastRun");
    copy(row, line, "inputTokens");
    copy(row, line, "outputTokens");
    long used = row.path("totalTokens").asLong();
    long context = row.path("contextTokens").asLong(facts.contextTokens());
    line.put("totalTokens", used);
    if (context > 0) {
      line.put("remainingTokens", Math.max(0, context - used))
          .put("percentUsed", Math.min(MOST_PERCENT, Math.round(100.0 * used / context)));
    }
    line.put("model", row.path("model").asText(facts.model())).put("contextTokens", context);
    line.set("flags", flags(row));
    return line;
  }

  private static void copy(JsonNode row, ObjectNode line, String field) {
    if (row.hasNonNull(field)) {
      line.set(field, row.get(field));
    }
  }

  private static ArrayNode flags(JsonNode row) {
    ArrayNode flags = Json.array();
    for (String level : LEVELS) {
      String value = row.path(level + (level.equals("think") ? "ingLevel" : "Level")).asText();
      if (!value.isEmpty()) {
        flags.add(level + ":" + value);
      }
    }
    if (row.path("systemSent").asBoolean()) {
      flags.add("system");
    }
    if (row.path("abortedLastRun").asBoolean()) {
      flags.add("aborted");
    }
    String id = row.path("sessionId").asText();
    return id.isEmpty() ? flags : flags.add("id:" + id);
  }
}
