package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;

/**
 * A command that an approver allowed always: until its end, and until it is taken back. ADR 20.
 *
 * @param approvalId the approval it was granted with
 * @param createdBy device, name and user of who granted it
 * @param createdAtMs Redis time
 * @param expiresAtMs Redis time; from here on it allows nothing
 * @param uses runs and requests it answered
 * @param lastUsedAtMs Redis time, or 0
 */
record Rule(
    String id,
    RuleTerms terms,
    String approvalId,
    ObjectNode createdBy,
    long createdAtMs,
    long expiresAtMs,
    long uses,
    long lastUsedAtMs) {

  /** Reads the fields that Redis keeps. */
  static Rule of(Map<String, String> fields) {
    JsonNode by = Json.tryParse(fields.getOrDefault("createdBy", ""));
    return new Rule(
        fields.getOrDefault("id", ""),
        RuleTerms.of(Json.parseObject(fields.getOrDefault("terms", "{}"))),
        fields.getOrDefault("approvalId", ""),
        by instanceof ObjectNode object ? object : Json.object(),
        number(fields, "createdAtMs"),
        number(fields, "expiresAtMs"),
        number(fields, "uses"),
        number(fields, "lastUsedAtMs"));
  }

  /** What it is called as the one that decided. */
  String label() {
    return "rule " + id + " of " + createdBy.path("label").asText();
  }

  /** The same for clients of the kind-neutral methods. */
  String resolver() {
    ObjectNode json = Json.object().put("kind", "system").put("id", "rule:" + id);
    return Json.text(json);
  }

  /** As clients see it. */
  ObjectNode json() {
    ObjectNode json = terms(terms).put("id", id).put("source", "allow-always");
    json.set("createdBy", createdBy);
    json.put("approvalId", approvalId).put("createdAtMs", createdAtMs);
    json.put("expiresAtMs", expiresAtMs).put("uses", uses);
    return lastUsedAtMs == 0
        ? json.putNull("lastUsedAtMs")
        : json.put("lastUsedAtMs", lastUsedAtMs);
  }

  /** As clients of protocol 4 know a standing grant; the rest of the rule is beside it. */
  ObjectNode grant() {
    ObjectNode json = json().put("grantId", id).put("mintedByApprovalId", approvalId);
    json.putNull("cronJobId").putNull("cronJobName");
    json.put("command", String.join(" ", terms.argv()));
    return json.putNull("revokedAtMs").putNull("revokedBy").put("useCount", uses);
  }

  /** What a rule says, without when and by whom. */
  static ObjectNode terms(RuleTerms terms) {
    ObjectNode json = Json.object().put("agentId", terms.agentId()).put("nodeId", terms.nodeId());
    json.put("pattern", terms.program());
    json.set("argv", Json.texts(terms.argv()));
    json.put("cwd", terms.cwd().isEmpty() ? null : terms.cwd());
    if (!terms.reviewers().isEmpty()) {
      json.set("reviewers", Json.texts(terms.reviewers()));
    }
    return json.put("asker", terms.asker());
  }

  private static long number(Map<String, String> fields, String field) {
    return Long.parseLong(fields.getOrDefault(field, "0"));
  }
}
