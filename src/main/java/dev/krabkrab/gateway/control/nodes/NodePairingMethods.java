package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code node.pair.*} and {@code node.rename}. Protocol 02 §7. */
public final class NodePairingMethods {
  private final NodePairingService pairing;
  private final AuditTrail audit;

  public NodePairingMethods(NodePairingService pairing, AuditTrail audit) {
    this.pairing = pairing;
    this.audit = audit;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "node.pair.request", this::request,
        "node.pair.list", call -> encoded(pairing.list(Json.nonBlank(call.params(), "cursor"))),
        "node.pair.approve", this::approve,
        "node.pair.reject", this::reject,
        "node.pair.verify",
            call -> encoded(pairing.verify(text(call, "nodeId").strip(), text(call, "token"))),
        "node.pair.remove", this::remove,
        "node.rename", this::rename);
  }

  private Future<JsonText> request(Call call) {
    String nodeId = Json.nonBlank(call.params(), "nodeId");
    if (nodeId == null) {
      throw GatewayError.unavailable("Error: nodeId required");
    }
    ObjectNode facts = Json.object().put("nodeId", nodeId);
    facts.setAll((ObjectNode) call.params().deepCopy().without("nodeId"));
    return encoded(pairing.request(nodeId, facts));
  }

  private Future<JsonText> approve(Call call) {
    return entering(
        AuditEvent.unknown(AuditAction.NODE_PAIRED, call),
        () -> pairing.approve(text(call, "requestId")),
        json -> decided(call, AuditAction.NODE_PAIRED, json.at("/node/nodeId").asText()));
  }

  private Future<JsonText> reject(Call call) {
    return entering(
        AuditEvent.unknown(AuditAction.NODE_REJECTED, call),
        () -> pairing.reject(text(call, "requestId")),
        json -> decided(call, AuditAction.NODE_REJECTED, json.path("nodeId").asText()));
  }

  private static AuditEvent decided(Call call, AuditAction action, String nodeId) {
    return new AuditEvent(
        action,
        AuditActor.of(call.caller()),
        details -> details.put("node", nodeId).put("request", text(call, "requestId")));
  }

  private Future<JsonText> remove(Call call) {
    String nodeId = text(call, "nodeId").strip();
    return entering(
        AuditEvent.unknown(AuditAction.NODE_REMOVED, call),
        () -> pairing.remove(nodeId, call.caller()),
        json ->
            new AuditEvent(
                AuditAction.NODE_REMOVED,
                AuditActor.of(call.caller()),
                details -> details.put("node", nodeId)));
  }

  private Future<JsonText> entering(
      AuditEvent attempt,
      Supplier<Future<ObjectNode>> step,
      Function<ObjectNode, @Nullable AuditEvent> entry) {
    return encoded(audit.entering(attempt, step, entry));
  }

  private Future<JsonText> rename(Call call) {
    String displayName = Json.nonBlank(call.params(), "displayName");
    if (displayName == null) {
      throw GatewayError.invalid("displayName required");
    }
    return encoded(pairing.rename(text(call, "nodeId").strip(), displayName));
  }

  private static Future<JsonText> encoded(Future<ObjectNode> answer) {
    return answer.map(json -> JsonText.of(json));
  }

  private static String text(Call call, String field) {
    return call.params().path(field).asText();
  }
}
