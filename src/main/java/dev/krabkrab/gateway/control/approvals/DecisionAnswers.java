package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What approvers are answered. Protocol 02 §2.2, 05 §13.3. */
final class DecisionAnswers {
  private static final JsonText OK = JsonText.of("{\"ok\":true}");

  private DecisionAnswers() {}

  /** The answer to the approver; of an {@code allow-always} also the rule that came of it. */
  static JsonText done(Verdict verdict) {
    if (!verdict.decision().equals(Decision.ALLOW_ALWAYS)) {
      return OK;
    }
    ObjectNode json = Json.object().put("ok", true);
    addRule(json, verdict.rule());
    return JsonText.of(json);
  }

  /** Says whether a rule was stored, and which. */
  static void addRule(ObjectNode json, @Nullable Rule rule) {
    json.put("ruleStored", rule != null);
    if (rule != null) {
      json.set("rule", rule.json());
    }
  }

  /** The answer to whoever came too late. */
  static Future<JsonText> lost(Verdict verdict, String decision, Caller by) {
    if (!by.isV4()) {
      ObjectNode details = before(verdict);
      verdict.ending().putInto(details, "reason", true);
      return Future.failedFuture(GatewayError.invalid("unknown approval id", details));
    }
    ObjectNode details = before(verdict);
    verdict.ending().putInto(details, "decisionReason", true);
    if (verdict.decision().equals(Decision.ALLOW_ALWAYS)) {
      addRule(details, verdict.rule());
    }
    return verdict.decision().equals(decision)
        ? Future.succeededFuture(JsonText.of(details.put("ok", true).put("applied", false)))
        : Future.failedFuture(
            GatewayError.invalid(
                "approval already resolved", details.put("reason", "APPROVAL_ALREADY_RESOLVED")));
  }

  /** Who had decided what, and when. */
  private static ObjectNode before(Verdict verdict) {
    return Json.object()
        .put("resolvedBy", verdict.resolvedBy())
        .put("decision", verdict.decision())
        .put("resolvedAtMs", verdict.resolvedAtMs());
  }

  /** What {@code exec.approval.get} shows. */
  static ObjectNode details(Approval approval) {
    JsonNode request = approval.request().node();
    ObjectNode json = Json.object().put("id", approval.id());
    json.put("commandText", request.path("command").asText());
    json.put("commandPreview", Json.textOrNull(request, "commandPreview"));
    json.set("allowedDecisions", request.path("allowedDecisions"));
    json.put("host", Json.textOrNull(request, "host"));
    json.put("nodeId", Json.textOrNull(request, "nodeId"));
    json.put("agentId", Json.textOrNull(request, "agentId"));
    Presentation.addPlan(request, json);
    json.put("requestHash", approval.requestHash());
    return json.put("expiresAtMs", approval.expiresAtMs());
  }
}
