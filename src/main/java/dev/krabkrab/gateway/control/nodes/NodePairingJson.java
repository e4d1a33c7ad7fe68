package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/** The wire forms of node pairing. Protocol 02 §7.1–7.3. */
final class NodePairingJson {
  private NodePairingJson() {}

  static ObjectNode request(NodePairingStore.Pending pending) {
    ObjectNode json = Json.object().put("requestId", pending.requestId());
    json.setAll(pending.facts());
    return json.put("isRepair", pending.isRepair()).put("ts", pending.ts());
  }

  /**
   * A paired node.
   *
   * @param token shown only to who approves or already has it, else null
   */
  static ObjectNode node(NodePairingStore.Paired node, @Nullable String token) {
    ObjectNode facts = node.facts();
    ObjectNode json = Json.object().put("nodeId", facts.path("nodeId").asText());
    Json.putIfPresent(json, "token", token);
    json.setAll(facts);
    json.remove("silent");
    Json.putIfPresent(json, "displayName", node.displayName());
    json.put("createdAtMs", node.createdAtMs()).put("approvedAtMs", node.approvedAtMs());
    Long last = node.lastConnectedAtMs();
    if (last != null) {
      json.put("lastConnectedAtMs", last);
    }
    return json;
  }
}
