package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.control.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An approval as the methods show it that serve every kind. Protocol 05 §13.3. */
final class ApprovalSnapshot {
  private ApprovalSnapshot() {}

  static ObjectNode of(ApprovalRecord record) {
    Approval approval = record.approval();
    JsonNode request = approval.request().node();
    if (record.state() == State.PENDING) {
      return base(approval.id(), approval.createdAtMs(), approval.expiresAtMs())
          .put("status", "pending")
          .put("requestHash", approval.requestHash())
          .set("presentation", Presentation.whole(request));
    }
    ObjectNode json =
        resolved(
            approval,
            record.state() == State.RESOLVED ? record.resolvedAtMs() : approval.expiresAtMs(),
            Objects.requireNonNullElse(record.decision(), ""),
            record.reason());
    json.set("presentation", Presentation.kept(request));
    addUnlessEmpty(json, "source", Presentation.source(request));
    record.ending().putInto(json, "decisionReason", true);
    return json;
  }

  private static ObjectNode resolved(
      Approval approval, long resolvedAtMs, String decision, String reason) {
    // Nobody's decision lets nothing run: it reads as a denial.
    String shown = decision.isEmpty() ? Decision.DENY : decision;
    return base(approval.id(), approval.createdAtMs(), approval.expiresAtMs())
        .put("status", status(shown, reason))
        .put("decision", shown)
        .put("reason", reason)
        .put("resolvedAtMs", resolvedAtMs);
  }

  static String status(String decision, String reason) {
    if (reason.equals(Reason.TIMEOUT)) {
      return "expired";
    }
    return decision.equals(Decision.DENY) ? "denied" : "allowed";
  }

  static ObjectNode base(String id, long createdAtMs, long expiresAtMs) {
    String inPath = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return Json.object()
        .put("id", id)
        .put("urlPath", "/approve/" + inPath)
        .put("createdAtMs", createdAtMs)
        .put("expiresAtMs", expiresAtMs);
  }

  private static void addUnlessEmpty(ObjectNode json, String field, @Nullable JsonNode value) {
    if (value != null && !value.isEmpty()) {
      json.set(field, value);
    }
  }
}
