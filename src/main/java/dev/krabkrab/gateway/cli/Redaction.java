package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/** Hides the values of keys that name a secret. */
final class Redaction {
  static final String HIDDEN = "(hidden)";

  private Redaction() {}

  /** A copy without secrets. */
  static JsonNode of(JsonNode node) {
    return hide(node.deepCopy());
  }

  private static JsonNode hide(JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          boolean secret = isSecret(field.getKey()) && field.getValue().isTextual();
          if (secret) {
            object.put(field.getKey(), HIDDEN);
          } else {
            hide(field.getValue());
          }
        }
      }
      case ArrayNode array -> array.forEach(Redaction::hide);
      default -> {}
    }
    return node;
  }

  /** Whether a key's value is a secret by its name. */
  static boolean isSecret(String key) {
    String name = key.toLowerCase(Locale.ROOT);
    return name.endsWith("token")
        || name.endsWith("password")
        || name.endsWith("secret")
        || name.endsWith("apikey")
        || name.endsWith("privatekey");
  }
}
