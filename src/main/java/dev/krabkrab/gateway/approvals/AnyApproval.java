package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.approvals.ApprovalDecisions.Ruling;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import io.vertx.core.Future;
import java.util.Set;

/**
 * {@code approval.get}, {@code approval.resolve} and {@code approval.history}: pending or finished,
 * whatever the kind. There is one kind here. Protocol 05 §13.3.
 */
final class AnyApproval {
  private static final String EXEC = "exec";

  /** Kinds of the protocol of which there never is an approval here. */
  private static final Set<String> OTHERS = Set.of("plugin", "system-agent");

  private static final int USUAL = 50;

  private final ApprovalStore store;
  private final HistoryStore history;
  private final ApprovalDecisions decisions;

  AnyApproval(ApprovalStore store, HistoryStore history, ApprovalDecisions decisions) {
    this.store = store;
    this.history = history;
    this.decisions = decisions;
  }

  Future<JsonText> get(Caller caller, String id) {
    return snapshot(caller, id)
        .map(approval -> JsonText.of((ObjectNode) Json.object().set("approval", approval)));
  }

  /**
   * Decides; whoever comes later is told what is recorded. What is no decision about this kind of
   * approval denies it.
   */
  Future<JsonText> resolve(Call call, String id, String kind, String decision) {
    boolean proper = kind.equals(EXEC) && Decision.ALL.contains(decision);
    return (proper
            ? decisions.decide(call, id, decision, Reason.USER)
            : decisions.decide(call, id, Decision.DENY, Reason.MALFORMED))
        .compose(ruling -> answer(call.caller(), id, decision, ruling));
  }

  /** Finished approvals, newest first. */
  Future<JsonText> history(ObjectNode params) {
    String kind = Json.textOrNull(params, "kind");
    if (kind != null && OTHERS.contains(kind)) {
      return Future.succeededFuture(JsonText.of("{\"items\":[]}"));
    }
    if (kind != null && !kind.equals(EXEC)) {
      throw GatewayError.invalid("kind must be exec, plugin or system-agent");
    }
    return history
        .page(Json.textOrNull(params, "cursor"), params.path("limit").asInt(USUAL))
        .map(
            page -> {
              ObjectNode json = Json.object();
              json.putArray("items").addAll(page.items().stream().map(Finished::snapshot).toList());
              Json.putIfPresent(json, "nextCursor", page.next());
              return JsonText.of(json);
            });
  }

  private Future<JsonText> answer(Caller caller, String id, String decision, Ruling ruling) {
    ApprovalRecord won = ruling.won();
    if (won != null) {
      return Future.succeededFuture(applied(true, ApprovalSnapshot.of(won)));
    }
    return ruling.verdict().outcome().equals("barred")
        ? Future.failedFuture(ApprovalDecisions.barred(decision))
        : snapshot(caller, id).map(recorded -> applied(false, recorded));
  }

  private Future<ObjectNode> snapshot(Caller caller, String id) {
    return store
        .look(id)
        .compose(
            record ->
                record == null
                    ? finished(caller, id)
                    : Future.succeededFuture(ApprovalSnapshot.of(record)));
  }

  private Future<ObjectNode> finished(Caller caller, String id) {
    return history
        .find(id)
        .map(
            finished -> {
              if (finished == null) {
                throw notFound(caller);
              }
              return finished.snapshot();
            });
  }

  private static JsonText applied(boolean now, ObjectNode approval) {
    return JsonText.of((ObjectNode) Json.object().put("applied", now).set("approval", approval));
  }

  private static GatewayError notFound(Caller caller) {
    String code = caller.isV4() ? ErrorShape.APPROVAL_NOT_FOUND : ErrorShape.INVALID_REQUEST;
    return new GatewayError(
        ErrorShape.of(code, "approval not found", ApprovalDecisions.noSuchId()));
  }
}
