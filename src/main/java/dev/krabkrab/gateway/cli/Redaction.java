package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import dev.krabkrab.gateway.platform.settings.SecretPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Hides the secrets of a configuration; what it prints instead may be written back. */
final class Redaction {
  private final SecretPlaces places = SecretPlaces.load();

  /**
   * A copy without secrets.
   *
   * @param at keys and indexes under which the node stands in the configuration
   */
  JsonNode of(JsonNode node, List<String> at) {
    return hide(node.deepCopy(), at);
  }

  private JsonNode hide(JsonNode node, List<String> at) {
    switch (node) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          field.setValue(hide(field.getValue(), below(at, field.getKey())));
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, hide(array.get(i), below(at, Integer.toString(i))));
        }
      }
      default -> {
        boolean shown = node.isTextual() && places.isSecret(at) && !node.textValue().isEmpty();
        return shown ? TextNode.valueOf(Placeholders.HIDDEN) : node;
      }
    }
    return node;
  }

  private static List<String> below(List<String> at, String key) {
    List<String> longer = new ArrayList<>(at);
    longer.add(key);
    return longer;
  }
}
