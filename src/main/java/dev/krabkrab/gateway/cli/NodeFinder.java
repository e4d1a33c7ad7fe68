package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Finds a node by its id, its name, or the beginning of its id. */
final class NodeFinder {
  private static final int FULL_ID = 64;

  private NodeFinder() {}

  /**
   * The id of the node meant.
   *
   * @throws CliException when none or several fit
   */
  static String id(GatewayClient client, String wanted) {
    if (wanted.length() == FULL_ID) {
      return wanted;
    }
    JsonNode nodes = client.call("node.list", Json.object()).path("nodes");
    List<String> fitting = new ArrayList<>();
    for (JsonNode node : nodes) {
      String id = node.path("nodeId").asText();
      if (id.equals(wanted)) {
        return id;
      }
      if (id.startsWith(wanted) || node.path("displayName").asText("").equalsIgnoreCase(wanted)) {
        fitting.add(id);
      }
    }
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    throw new CliException(
        ExitCodes.FAILED,
        fitting.isEmpty()
            ? "no node is called " + wanted
            : "several nodes fit " + wanted + ": " + Text.safe(String.join(", ", fitting)),
        "'krabkrab nodes list' shows them all.");
  }
}
