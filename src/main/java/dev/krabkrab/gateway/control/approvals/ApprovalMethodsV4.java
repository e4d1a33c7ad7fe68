package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.control.approvals.ApprovalDecisions.Ruling;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Future;

/**
 * {@code approval.get} and {@code approval.resolve}: pending or finished, whatever its kind. There
 * is one kind here. Protocol 05 §13.3.
 */
final class ApprovalMethodsV4 {
  static final String EXEC = "exec";

  private final ApprovalStore store;
  private final ApprovalDecisions decisions;

  ApprovalMethodsV4(ApprovalStore store, ApprovalDecisions decisions) {
    this.store = store;
    this.decisions = decisions;
  }

  Future<JsonText> get(Caller caller, String id) {
    return snapshot(caller, id)
        .map(approval -> JsonText.of((ObjectNode) Json.object().set("approval", approval)));
  }

  /**
   * Decides; whoever comes later is answered what is recorded. What is no decision about this kind
   * of approval denies it.
   */
  Future<JsonText> resolve(Call call, String id, String kind, String decision) {
    boolean proper = kind.equals(EXEC) && Decision.ALL.contains(decision);
    return (proper
            ? decisions.decide(call, id, DecisionRequest.of(decision, call.params()))
            : decisions.decide(call, id, DecisionRequest.malformed()))
        .compose(ruling -> answer(call.caller(), id, decision, ruling));
  }

  private Future<JsonText> answer(Caller caller, String id, String decision, Ruling ruling) {
    ApprovalRecord won = ruling.won();
    if (won != null) {
      ObjectNode json = applied(true, ApprovalSnapshot.of(won));
      if (Decision.ALLOW_ALWAYS.equals(won.decision())) {
        DecisionAnswers.addRule(json, ruling.verdict().rule());
      }
      return Future.succeededFuture(JsonText.of(json));
    }
    return switch (ruling.verdict().outcome()) {
      case "barred" -> Future.failedFuture(DecisionRefusals.barred(decision));
      case "changed" -> Future.failedFuture(DecisionRefusals.changed());
      case "nobodys" -> Future.failedFuture(DecisionRefusals.nobodys());
      case "own" -> Future.failedFuture(DecisionRefusals.own());
      default -> snapshot(caller, id).map(recorded -> JsonText.of(applied(false, recorded)));
    };
  }

  private Future<ObjectNode> snapshot(Caller caller, String id) {
    return store
        .look(id)
        .map(
            record -> {
              if (record == null || !record.approval().isFor(caller)) {
                throw notFound(caller);
              }
              return ApprovalSnapshot.of(record);
            });
  }

  private static ObjectNode applied(boolean now, ObjectNode approval) {
    return Json.object().put("applied", now).set("approval", approval);
  }

  private static GatewayError notFound(Caller caller) {
    String code = caller.isV4() ? ErrorShape.APPROVAL_NOT_FOUND : ErrorShape.INVALID_REQUEST;
    return new GatewayError(ErrorShape.of(code, "approval not found", DecisionRefusals.noSuchId()));
  }
}
