package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.protocol.Json;
import java.util.Objects;

/**
 * An approval that has ended, as far as it is kept. Protocol 05 §13.3.
 *
 * @param endedAtMs Redis time
 * @param decision what was decided, blank when nobody did
 * @param reason one of {@link Reason}
 * @param resolver who ended it, as a JSON object, or blank
 * @param shown what {@link Presentation#kept} left of the request
 */
record Finished(
    String id,
    long createdAtMs,
    long expiresAtMs,
    long endedAtMs,
    String decision,
    String reason,
    String resolver,
    JsonNode shown) {

  /** What a record says that is not pending any more. */
  static Finished of(ApprovalRecord record) {
    Approval approval = record.approval();
    boolean ranOut = record.state() == State.EXPIRED && record.resolvedAtMs() == 0;
    return new Finished(
        approval.id(),
        approval.createdAtMs(),
        approval.expiresAtMs(),
        ranOut ? approval.expiresAtMs() : record.resolvedAtMs(),
        Objects.requireNonNullElse(record.decision(), ""),
        record.reason(),
        record.resolver(),
        Presentation.kept(approval.request().node()));
  }

  /** Reads an entry of the history. */
  static Finished parse(String entry) {
    JsonNode texts = Objects.requireNonNull(Json.tryParse(entry));
    return new Finished(
        texts.path(0).asText(),
        texts.path(1).asLong(),
        texts.path(2).asLong(),
        texts.path(3).asLong(),
        texts.path(4).asText(),
        texts.path(5).asText(),
        texts.path(6).asText(),
        Json.parseObject(texts.path(7).asText()));
  }

  ObjectNode snapshot() {
    // Nobody's decision lets nothing run: it reads as a denial.
    String effective = decision.isEmpty() ? Decision.DENY : decision;
    ObjectNode json =
        ApprovalSnapshot.base(id, createdAtMs, expiresAtMs)
            .put("status", status(effective))
            .put("decision", effective)
            .put("reason", reason)
            .put("resolvedAtMs", endedAtMs);
    json.setAll((ObjectNode) shown);
    if (Json.tryParse(resolver) instanceof ObjectNode by) {
      json.set("resolver", by);
    }
    return json;
  }

  private String status(String effective) {
    if (reason.equals(Reason.TIMEOUT)) {
      return "expired";
    }
    return effective.equals(Decision.DENY) ? "denied" : "allowed";
  }
}
