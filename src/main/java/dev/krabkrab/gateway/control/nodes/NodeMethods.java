package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.Idempotency;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code node.list|describe|invoke|invoke.result|event} and {@code exec.approvals.node.*}. Protocol
 * 02 §3.4, §8, §10, §11.
 */
public final class NodeMethods {
  private static final JsonText OK = JsonText.of("{\"ok\":true}");
  private static final JsonText IGNORED = JsonText.of("{\"ok\":true,\"ignored\":true}");

  private final NodeService nodes;
  private final Idempotency idempotency;

  public NodeMethods(NodeService nodes, Idempotency idempotency) {
    this.nodes = nodes;
    this.idempotency = idempotency;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.ofEntries(
        Map.entry("node.list", call -> nodes.list(call.caller().isV4())),
        Map.entry("node.describe", this::describe),
        Map.entry("node.invoke", idempotency.once(this::invoke, NodeErrors::mayHaveRun)),
        Map.entry("node.invoke.result", this::result),
        Map.entry("node.event", this::event),
        Map.entry("exec.approvals.node.get", this::approvalsGet),
        Map.entry("exec.approvals.node.set", this::approvalsSet),
        Map.entry("node.skills.update", NodeMethods::published),
        Map.entry("node.pluginTools.update", NodeMethods::published),
        Map.entry("node.runnerInventory.update", NodeMethods::published));
  }

  /**
   * What a node host publishes on every connect is for agents, of which this gateway runs none: it
   * is taken and not kept. Protocol 05 §15.2.
   */
  private static Future<JsonText> published(Call call) {
    return Future.succeededFuture(OK);
  }

  private Future<JsonText> describe(Call call) {
    return nodes.describe(nodeId(call, "nodeId required"), call.caller().isV4());
  }

  private Future<JsonText> invoke(Call call) {
    ObjectNode params = call.params();
    String nodeId = Json.nonBlank(params, "nodeId");
    String command = Json.nonBlank(params, "command");
    if (nodeId == null || command == null) {
      throw GatewayError.invalid("nodeId and command required");
    }
    InvokeRequest request =
        new InvokeRequest(
            nodeId,
            command,
            params.get("params"),
            params.get("timeoutMs"),
            Json.textOrNull(params, "idempotencyKey"),
            Json.nonBlank(params, "sessionKey"),
            call.caller().connId(),
            call.caller().grounds(),
            call.trace());
    return nodes
        .invoke(call.caller(), request)
        .map(result -> JsonText.of(InvokeAnswer.wrapped(request, result)))
        .recover(cause -> Future.failedFuture(worded(call, cause)));
  }

  private static Throwable worded(Call call, Throwable cause) {
    return call.caller().isV4() && cause instanceof GatewayError error
        ? new GatewayError(NodeErrors.inProtocol4(error.shape()))
        : cause;
  }

  private Future<JsonText> result(Call call) {
    String nodeId = call.caller().nodeId();
    if (!nodeId.equals(Json.textOrNull(call.params(), "nodeId"))) {
      throw GatewayError.invalid("nodeId mismatch");
    }
    return nodes
        .result(call.params().path("id").asText(), nodeId, call.params())
        .map(taken -> taken ? OK : IGNORED);
  }

  private Future<JsonText> event(Call call) {
    String event = call.params().path("event").asText();
    return nodes
        .event(call.caller(), event, call.params())
        .map(
            handled ->
                call.caller().isV4()
                    ? JsonText.of(
                        Json.object()
                            .put("ok", true)
                            .put("event", event)
                            .put("handled", (boolean) handled))
                    : OK);
  }

  private Future<JsonText> approvalsGet(Call call) {
    return ask(call, ReservedCommands.APPROVALS_GET, Json.object(), false);
  }

  private Future<JsonText> approvalsSet(Call call) {
    ObjectNode params = Json.object();
    copy(call.params(), params, "file");
    copy(call.params(), params, "baseHash");
    return ask(call, ReservedCommands.APPROVALS_SET, params, true);
  }

  private Future<JsonText> ask(Call call, String command, ObjectNode params, boolean onlyText) {
    String nodeId = nodeId(call, "nodeId required");
    InvokeRequest request =
        new InvokeRequest(
            nodeId,
            command,
            params,
            null,
            null,
            null,
            call.caller().connId(),
            call.caller().grounds(),
            call.trace());
    return nodes
        .askUnchecked(call.caller(), request)
        .map(result -> answer(InvokeAnswer.unwrapped(result, onlyText)));
  }

  private static JsonText answer(@Nullable JsonNode payload) {
    return payload == null ? JsonText.NULL : JsonText.of(payload);
  }

  private static void copy(ObjectNode from, ObjectNode to, String key) {
    JsonNode value = from.get(key);
    if (value != null) {
      to.set(key, value);
    }
  }

  private static String nodeId(Call call, String otherwise) {
    String nodeId = Json.nonBlank(call.params(), "nodeId");
    if (nodeId == null) {
      throw new GatewayError(ErrorShape.invalid(otherwise));
    }
    return nodeId;
  }
}
