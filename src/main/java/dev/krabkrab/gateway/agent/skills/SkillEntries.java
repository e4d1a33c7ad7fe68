package dev.krabkrab.gateway.agent.skills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The change of {@code skills.update} to the gateway document. Protocol 03 §18. */
final class SkillEntries {
  private SkillEntries() {}

  /** Merges into the entry of a skill; a blank key or variable is taken out. */
  static ObjectNode changed(ObjectNode content, String key, JsonNode params) {
    ObjectNode entry = within(within(within(content, "skills"), "entries"), key);
    JsonNode enabled = params.path("enabled");
    if (enabled.isBoolean()) {
      entry.set("enabled", enabled);
    }
    if (params.path("apiKey").isTextual()) {
      put(entry, "apiKey", params.path("apiKey").textValue());
    }
    if (params.path("env").isObject()) {
      ObjectNode env = within(entry, "env");
      for (Map.Entry<String, JsonNode> variable : params.path("env").properties()) {
        String name = variable.getKey().strip();
        if (!name.isEmpty()) {
          put(env, name, variable.getValue().asText());
        }
      }
    }
    return content;
  }

  private static void put(ObjectNode object, String field, String value) {
    if (value.isBlank()) {
      object.remove(field);
    } else {
      object.put(field, value.strip());
    }
  }

  private static ObjectNode within(ObjectNode object, String field) {
    return object.get(field) instanceof ObjectNode there ? there : object.putObject(field);
  }
}
