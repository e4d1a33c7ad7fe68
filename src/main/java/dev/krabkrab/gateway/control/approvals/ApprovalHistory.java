package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditHistory;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code approval.history}: what was decided in the last thirty days, read from the audit trail,
 * which keeps no secrets. What nobody decided is not in it. Protocol 05 §13.3, ADR 18.
 */
final class ApprovalHistory {
  private static final long KEPT_MS = Duration.ofDays(30).toMillis();
  private static final int USUAL = 50;
  private static final Pattern CURSOR = Pattern.compile("\\d{1,19}-\\d{1,19}");

  private final AuditHistory trail;
  private final InstantSource clock;

  ApprovalHistory(AuditHistory trail, InstantSource clock) {
    this.trail = trail;
    this.clock = clock;
  }

  Future<JsonText> page(Call call) {
    ObjectNode params = call.params();
    String cursor = Json.nonBlank(params, "cursor");
    if (cursor != null && !CURSOR.matcher(cursor).matches()) {
      throw GatewayError.invalid("invalid cursor");
    }
    String kind = Json.nonBlank(params, "kind");
    if (kind != null && !kind.equals(ApprovalMethodsV4.EXEC)) {
      return Future.succeededFuture(JsonText.of(page(Json.array(), null)));
    }
    int limit = params.path("limit").asInt(USUAL);
    return trail
        .latest(AuditAction.APPROVAL_RESOLVED, clock.millis() - KEPT_MS, cursor, limit)
        .map(
            past -> {
              ArrayNode items = Json.array();
              past.entries().stream()
                  .filter(entry -> isFor(call.caller(), entry.path("details")))
                  .forEach(entry -> items.add(item(entry)));
              return JsonText.of(page(items, past.next()));
            });
  }

  private static ObjectNode page(ArrayNode items, @Nullable String next) {
    ObjectNode json = Json.object();
    json.set("items", items);
    Json.putIfPresent(json, "nextCursor", next);
    return json;
  }

  /** Whoever could not see the question does not see what became of it. */
  private static boolean isFor(Caller caller, JsonNode details) {
    return Approval.isFor(caller, details.path("reviewers"));
  }

  private static ObjectNode item(JsonNode entry) {
    JsonNode details = entry.path("details");
    long decidedAtMs = details.path("decidedAtMs").asLong();
    // Entries of former releases do not say when it was asked.
    long createdAtMs = details.path("createdAtMs").asLong(decidedAtMs);
    long expiresAtMs = details.path("expiresAtMs").asLong(decidedAtMs);
    String decision = details.path("decision").asText();
    String cause = details.path("cause").asText(Reason.USER);
    ObjectNode json =
        ApprovalSnapshot.base(details.path("approval").asText(), createdAtMs, expiresAtMs)
            .put("status", ApprovalSnapshot.status(decision, cause))
            .put("decision", decision)
            .put("reason", cause)
            .put("resolvedAtMs", decidedAtMs);
    json.set("presentation", presentation(details));
    ObjectNode source = Json.object();
    copy(details, "agent", source, "agentId");
    copy(details, "session", source, "sessionKey");
    if (!source.isEmpty()) {
      json.set("source", source);
    }
    copy(details, "reason", json, "decisionReason");
    return json.set("resolver", resolver(entry));
  }

  private static ObjectNode presentation(JsonNode details) {
    ObjectNode json = Json.object().put("kind", ApprovalMethodsV4.EXEC);
    copy(details, "command", json, "commandText");
    copy(details, "host", json, "host");
    copy(details, "node", json, "nodeId");
    copy(details, "agent", json, "agentId");
    copy(details, "cwd", json, "cwd");
    json.putArray("allowedDecisions");
    return json;
  }

  private static ObjectNode resolver(JsonNode entry) {
    JsonNode actor = entry.path("actor");
    String label = entry.at("/details/label").asText();
    ObjectNode json =
        Resolver.of(Json.textOrNull(actor, "device"), Json.textOrNull(actor, "client"), label);
    json.put("label", label);
    copy(actor, "user", json, "user");
    return json.put("instance", entry.path("instance").asText());
  }

  private static void copy(JsonNode from, String field, ObjectNode to, String as) {
    Json.putIfPresent(to, as, Json.textOrNull(from, field));
  }
}
