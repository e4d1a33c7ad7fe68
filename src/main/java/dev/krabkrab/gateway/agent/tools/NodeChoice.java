package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The node that a tool works on: the one that is named, or the only one that can do it.
 *
 * @param name as people know it
 * @param commands that it offers
 */
record NodeChoice(String id, String name, Set<String> commands) {
  NodeChoice {
    commands = Set.copyOf(commands);
  }

  /**
   * Reads {@code node.list}.
   *
   * @param command that it has to offer
   * @param wanted its id or name; null when the model named none
   * @throws IllegalArgumentException with a message for the model when it is not clear which
   */
  static NodeChoice of(JsonNode list, String command, @Nullable String wanted) {
    List<NodeChoice> meant = new ArrayList<>();
    List<String> able = new ArrayList<>();
    for (JsonNode node : list.path("nodes")) {
      Set<String> commands = new HashSet<>();
      node.path("commands").forEach(offered -> commands.add(offered.asText()));
      if (!node.path("connected").asBoolean() || !commands.contains(command)) {
        continue;
      }
      String id = node.path("nodeId").asText();
      String name = node.path("displayName").asText();
      if (wanted == null || wanted.equals(id) || wanted.equalsIgnoreCase(name)) {
        meant.add(new NodeChoice(id, name.isEmpty() ? id : name, commands));
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
}
