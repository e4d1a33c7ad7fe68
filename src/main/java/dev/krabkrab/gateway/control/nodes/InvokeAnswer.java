package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/** Turns a node's result into what the caller gets. Protocol 02 §10.3, §3.4. */
final class InvokeAnswer {
  private InvokeAnswer() {}

  /** The payload of a successful {@code node.invoke}; throws what the node refused with. */
  static ObjectNode wrapped(InvokeRequest request, JsonNode result) {
    refuse(result);
    ObjectNode json =
        Json.object()
            .put("ok", true)
            .put("nodeId", request.nodeId())
            .put("command", request.command());
    JsonNode payload = payload(result);
    if (payload != null) {
      json.set("payload", payload);
    }
    return json.put("payloadJSON", Json.textOrNull(result, "payloadJSON"));
  }

  /** The node's own answer, or null when it gave none; throws what the node refused with. */
  static @Nullable JsonNode unwrapped(JsonNode result, boolean onlyText) {
    refuse(result);
    String text = Json.textOrNull(result, "payloadJSON");
    return onlyText && (text == null || text.isEmpty()) ? null : payload(result);
  }

  private static void refuse(JsonNode result) {
    if (!result.path("ok").asBoolean()) {
      JsonNode error = result.get("error");
      throw NodeErrors.refusedByNode(error == null || error.isNull() ? null : error);
    }
  }

  private static @Nullable JsonNode payload(JsonNode result) {
    String text = Json.textOrNull(result, "payloadJSON");
    if (text == null || text.isEmpty()) {
      return result.get("payload");
    }
    if (text.isBlank()) {
      return null;
    }
    JsonNode parsed = Json.tryParse(text);
    return parsed == null ? Json.object().put("payloadJSON", text) : parsed;
  }
}
