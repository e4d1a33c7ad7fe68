package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a caller's command may run on a node as an approved one. Protocol 02 §17.1. */
final class RunClaims {
  private final ClaimStore store;

  RunClaims(ClaimStore store) {
    this.store = store;
  }

  Future<ApprovalCheck> claim(
      @Nullable String runId, Caller caller, String nodeId, ObjectNode params) {
    String field = RunClaim.unapprovable(params);
    if (field != null) {
      return Future.succeededFuture(ApprovalCheck.refused(ApprovalCheck.REQUEST_MISMATCH, field));
    }
    RunClaim claim = RunClaim.of(params);
    if (runId != null && !runId.isBlank()) {
      return store.claim(runId.strip(), caller, nodeId, claim);
    }
    ApprovalCheck none = ApprovalCheck.refused(ApprovalCheck.MISSING_RUN_ID, "");
    return store
        .recent(caller, claim)
        .compose(ids -> firstOf(List.copyOf(ids), none, caller, nodeId, claim));
  }

  /** One after the other, since each success may use an approval up. */
  private Future<ApprovalCheck> firstOf(
      List<String> ids, ApprovalCheck refusal, Caller caller, String nodeId, RunClaim claim) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(refusal);
    }
    return store
        .claim(ids.getFirst(), caller, nodeId, claim)
        .compose(
            check ->
                check instanceof ApprovalCheck.Granted
                    ? Future.succeededFuture(check)
                    : firstOf(ids.subList(1, ids.size()), check, caller, nodeId, claim));
  }
}
