package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.audit.AuditAction;
import dev.krabkrab.gateway.audit.AuditActor;
import dev.krabkrab.gateway.audit.AuditEvent;
import dev.krabkrab.gateway.audit.CommandText;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;

/** What the audit trail is told of approvals; commands without their secrets. */
final class ApprovalEntries {
  private ApprovalEntries() {}

  static AuditEvent requested(Caller by, Approval approval) {
    return new AuditEvent(
        AuditAction.APPROVAL_REQUESTED,
        AuditActor.of(by),
        details -> {
          JsonNode request = approval.request().node();
          details.put("approval", approval.id()).put("command", command(request));
          Json.putIfPresent(details, "node", Json.textOrNull(request, "nodeId"));
          Json.putIfPresent(details, "host", Json.textOrNull(request, "host"));
          Json.putIfPresent(details, "agent", Json.textOrNull(request, "agentId"));
          details.put("expiresAtMs", approval.expiresAtMs());
        });
  }

  static AuditEvent resolved(Caller by, ApprovalRecord record) {
    return new AuditEvent(
        AuditAction.APPROVAL_RESOLVED,
        AuditActor.of(by),
        details -> {
          JsonNode request = record.approval().request().node();
          details.put("approval", record.approval().id()).put("decision", record.decision());
          details.put("decidedAtMs", record.resolvedAtMs()).put("command", command(request));
          Json.putIfPresent(details, "node", Json.textOrNull(request, "nodeId"));
          Json.putIfPresent(details, "label", record.resolvedBy());
          if (!record.words().isBlank()) {
            details.put("reason", new CommandText(record.words()).kept());
          }
        });
  }

  static AuditEvent policy(Caller by, String before, String after) {
    return new AuditEvent(
        AuditAction.APPROVAL_POLICY_CHANGED,
        AuditActor.of(by),
        details -> details.put("before", before).put("after", after));
  }

  private static String command(JsonNode request) {
    return new CommandText(request.path("command").asText()).kept();
  }
}
