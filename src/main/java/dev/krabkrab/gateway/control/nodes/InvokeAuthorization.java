package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import io.vertx.core.Future;
import java.util.Objects;

/**
 * Decides whether a caller may have a node do something: by the policy of commands first, then by
 * the approval that {@code system.run} names. Enters the answer in the audit trail. For the context
 * of the nodes. Protocol 02 §10, §17.1.
 */
final class InvokeAuthorization {
  private final CommandPolicy policy;
  private final RunGuard guard;
  private final AuditTrail audit;

  InvokeAuthorization(CommandPolicy policy, RunApprovals approvals, AuditTrail audit) {
    this.policy = policy;
    this.guard = new RunGuard(policy, approvals);
    this.audit = audit;
  }

  /** Returns the request as it may be sent to that node, or fails with the refusal. */
  Future<InvokeRequest> authorize(Caller caller, InvokeRequest request, NodeRegistration node) {
    return policy
        .refusal(node.facts(), request.command())
        .<Future<InvokeRequest>>map(
            refusal -> {
              noteRefused(caller, request, "command not allowed");
              return Future.failedFuture(new GatewayError(refusal));
            })
        .orElseGet(() -> checked(caller, request));
  }

  private Future<InvokeRequest> checked(Caller caller, InvokeRequest request) {
    return guard
        .checked(caller, request.nodeId(), request.command(), request.params())
        .onFailure(refusal -> noteRefused(caller, request, refusal))
        .map(
            params -> {
              audit.note(InvokeEntries.invoked(caller, request));
              return request.withParams(params);
            });
  }

  private void noteRefused(Caller caller, InvokeRequest request, Throwable refusal) {
    if (refusal instanceof GatewayError error) {
      JsonNode details = error.shape().details();
      String code = details == null ? "" : details.path("code").asText();
      noteRefused(caller, request, code);
    }
  }

  private void noteRefused(Caller caller, InvokeRequest request, String reason) {
    int params = Objects.hashCode(request.params());
    String what = request.nodeId() + " " + request.command() + " " + reason + " " + params;
    audit.refused(InvokeEntries.refused(caller, request, reason), what);
  }

  /** Enters an invoke that needs no permission but the caller's own. */
  void unchecked(Caller caller, InvokeRequest request) {
    audit.note(InvokeEntries.invoked(caller, request));
  }
}
