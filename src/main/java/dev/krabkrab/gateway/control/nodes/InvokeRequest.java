package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.telemetry.Trace;
import org.jspecify.annotations.Nullable;

/**
 * An invoke of a command of a node. Protocol 02 §10.1.
 *
 * @param params handed to the node as JSON text, or null when absent
 * @param timeoutMs as the caller gave it, or null; how long to wait is {@link #waitMs()}
 * @param idempotencyKey passed on to the node, or null
 * @param sessionKey conversation it belongs to, as the caller names it, or null
 * @param caller connection that asks, for its share of pending invokes
 * @param grounds what the right to it rests on
 * @param trace of the call it belongs to
 */
record InvokeRequest(
    String nodeId,
    String command,
    @Nullable JsonNode params,
    @Nullable JsonNode timeoutMs,
    @Nullable String idempotencyKey,
    @Nullable String sessionKey,
    String caller,
    Grounds grounds,
    Trace trace) {
  private static final long DEFAULT_WAIT_MS = 30_000;
  private static final long MAX_WAIT_MS = 24L * 60 * 60 * 1000;

  /** How long the answer is waited for, in milliseconds, 0 to a day. */
  long waitMs() {
    if (timeoutMs == null) {
      return DEFAULT_WAIT_MS;
    }
    return timeoutMs.canConvertToLong()
        ? Math.clamp(timeoutMs.asLong(), 0, MAX_WAIT_MS)
        : MAX_WAIT_MS;
  }

  InvokeRequest withParams(@Nullable JsonNode other) {
    return new InvokeRequest(
        nodeId, command, other, timeoutMs, idempotencyKey, sessionKey, caller, grounds, trace);
  }

  /** The payload of the node's event. */
  String payload(String invokeId) {
    ObjectNode json =
        Json.object().put("id", invokeId).put("nodeId", nodeId).put("command", command);
    json.put("paramsJSON", params == null ? null : Json.text(params));
    if (timeoutMs != null) {
      json.set("timeoutMs", timeoutMs);
    }
    Json.putIfPresent(json, "idempotencyKey", idempotencyKey);
    return Json.text(json);
  }
}
