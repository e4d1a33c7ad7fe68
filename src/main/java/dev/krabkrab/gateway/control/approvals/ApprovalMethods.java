package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.access.audit.AuditHistory;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;

/** The wire methods of the approvals feature. Protocol 02 §2, §3; 05 §13. */
public final class ApprovalMethods {
  private static final JsonText NONE = JsonText.of("[]");
  private static final int USUAL_LIMIT = 500;

  private final ApprovalService approvals;
  private final ApprovalPolicyService policy;
  private final ApprovalHistory history;

  /**
   * @param trail where decisions are entered
   * @param clock says how old they are
   */
  public ApprovalMethods(
      ApprovalService approvals,
      ApprovalPolicyService policy,
      AuditHistory trail,
      InstantSource clock) {
    this.approvals = approvals;
    this.policy = policy;
    this.history = new ApprovalHistory(trail, clock);
  }

  /** Every method with its handler; serve them on the context that made the services. */
  public Map<String, MethodHandler> handlers() {
    return Map.ofEntries(
        entry("exec.approval.request", approvals::request),
        entry("exec.approval.resolve", this::resolve),
        entry("exec.approval.get", call -> approvals.get(call.caller(), text(call, "id"))),
        entry("exec.approval.list", this::list),
        entry("exec.approval.waitDecision", approvals::waitDecision),
        entry(
            "exec.approval.rulePreview",
            call -> approvals.rules().preview(call.caller(), text(call, "id"))),
        entry("exec.approval.grants.list", call -> approvals.rules().list(most(call))),
        entry(
            "exec.approval.grants.revoke",
            call -> approvals.rules().revoke(call.caller(), text(call, "grantId"))),
        entry("plugin.approval.list", call -> Future.succeededFuture(NONE)),
        entry("openclaw.approval.list", call -> Future.succeededFuture(NONE)),
        entry("approval.get", call -> approvals.any().get(call.caller(), text(call, "id"))),
        entry("approval.resolve", this::decide),
        entry("approval.history", history::page),
        entry("exec.approvals.get", call -> policy.get(call.caller())),
        entry("exec.approvals.set", call -> policy.set(call.caller(), call.params())));
  }

  private static Map.Entry<String, MethodHandler> entry(String method, MethodHandler handler) {
    return Map.entry(method, handler);
  }

  private Future<JsonText> resolve(Call call) {
    return approvals.resolve(call, text(call, "id"), text(call, "decision"));
  }

  private Future<JsonText> decide(Call call) {
    return approvals
        .any()
        .resolve(call, text(call, "id"), text(call, "kind"), text(call, "decision"));
  }

  private Future<JsonText> list(Call call) {
    ArrayNode all = Json.array();
    all.addAll(approvals.list(call.caller()));
    return Future.succeededFuture(JsonText.of(all));
  }

  private static int most(Call call) {
    return call.params().path("limit").asInt(USUAL_LIMIT);
  }

  private static String text(Call call, String field) {
    return call.params().path(field).asText();
  }
}
