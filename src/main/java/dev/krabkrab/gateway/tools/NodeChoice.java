package dev.krabkrab.gateway.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node that a tool works on: the one that is named, or the only one that can do it. */
final class NodeChoice {
  private NodeChoice() {}

  /**
   * Reads {@code node.list}.
   *
   * @param command that it has to offer
   * @param wanted its id or name; null when the model named none
   * @return its id
   * @throws IllegalArgumentException with a message for the model when it is not clear which
   */
  static String of(JsonNode list, String command, @Nullable String wanted) {
    List<String> meant = new ArrayList<>();
    List<String> able = new ArrayList<>();
    for (JsonNode node : list.path("nodes")) {
      if (!node.path("connected").asBoolean() || !offers(node, command)) {
        continue;
      }
      String id = node.path("nodeId").asText();
      String name = node.path("displayName").asText();
      if (wanted == null || wanted.equals(id) || wanted.equalsIgnoreCase(name)) {
        meant.add(id);
      }
      able.add(name.isEmpty() ? id : name);
    }
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    throw new IllegalArgumentException(
        able.isEmpty()
            ? "no connected node offers " + command
            : "say which node; connected are: " + String.join(", ", able));
  }

  private static boolean offers(JsonNode node, String command) {
    for (JsonNode offered : node.path("commands")) {
      if (offered.asText().equals(command)) {
        return true;
      }
    }
    return false;
  }
}
