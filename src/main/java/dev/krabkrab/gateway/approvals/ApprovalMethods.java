package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** The wire methods of the approvals room. Protocol 02 §2, §3; 05 §13. */
public final class ApprovalMethods {
  private static final JsonText NONE = JsonText.of("[]");

  private final ApprovalService approvals;
  private final ApprovalPolicyService policy;

  public ApprovalMethods(ApprovalService approvals, ApprovalPolicyService policy) {
    this.approvals = approvals;
    this.policy = policy;
  }

  /** Every method with its handler; serve them on the context that made the services. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "exec.approval.request", approvals::request,
        "exec.approval.resolve", this::resolve,
        "exec.approval.get", call -> approvals.get(text(call, "id")),
        "exec.approval.list", call -> list(),
        "exec.approval.waitDecision", approvals::waitDecision,
        "plugin.approval.list", call -> Future.succeededFuture(NONE),
        "openclaw.approval.list", call -> Future.succeededFuture(NONE),
        "exec.approvals.get", call -> policy.get(),
        "exec.approvals.set", call -> policy.set(call.caller(), call.params()));
  }

  private Future<JsonText> resolve(Call call) {
    return approvals.resolve(call, text(call, "id"), text(call, "decision"));
  }

  private Future<JsonText> list() {
    ArrayNode all = Json.array();
    all.addAll(approvals.list());
    return Future.succeededFuture(JsonText.of(all));
  }

  private static String text(Call call, String field) {
    return call.params().path(field).asText();
  }
}
