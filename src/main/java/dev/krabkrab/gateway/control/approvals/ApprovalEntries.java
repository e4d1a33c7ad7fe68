package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.CommandText;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Audit entries of approvals; commands without their secrets. */
final class ApprovalEntries {
  private ApprovalEntries() {}

  static AuditEvent requested(Caller by, Approval approval) {
    return new AuditEvent(
        AuditAction.APPROVAL_REQUESTED,
        AuditActor.of(by),
        details -> {
          JsonNode request = approval.request().node();
          details.put("approval", approval.id()).put("command", command(request));
          addPlan(details, request);
          Json.putIfPresent(details, "host", Json.textOrNull(request, "host"));
          Json.putIfPresent(details, "agent", Json.textOrNull(request, "agentId"));
          details.put("expiresAtMs", approval.expiresAtMs());
        });
  }

  static AuditEvent resolved(Caller by, ApprovalRecord record, @Nullable Rule rule) {
    return new AuditEvent(
        AuditAction.APPROVAL_RESOLVED,
        AuditActor.of(by),
        details -> {
          JsonNode request = record.approval().request().node();
          details.put("approval", record.approval().id()).put("decision", record.decision());
          details.put("decidedAtMs", record.resolvedAtMs()).put("command", command(request));
          addPlan(details, request);
          addQuestion(details, record.approval());
          if (!record.reason().equals(Reason.USER)) {
            details.put("cause", record.reason());
          }
          Json.putIfPresent(details, "label", record.resolvedBy());
          if (!record.words().isBlank()) {
            details.put("reason", new CommandText(record.words()).kept());
          }
          if (rule != null) {
            details.put("rule", rule.id()).put("ruleExpiresAtMs", rule.expiresAtMs());
          }
        });
  }

  /** What {@code approval.history} shows besides, and to whom. */
  private static void addQuestion(ObjectNode details, Approval approval) {
    JsonNode request = approval.request().node();
    details.put("createdAtMs", approval.createdAtMs()).put("expiresAtMs", approval.expiresAtMs());
    Json.putIfPresent(details, "host", Json.textOrNull(request, "host"));
    Json.putIfPresent(details, "agent", Json.textOrNull(request, "agentId"));
    Json.putIfPresent(details, "session", Json.textOrNull(request, "sessionKey"));
    Json.putIfPresent(details, "asker", approval.requester());
    if (!request.path(Approval.REVIEWERS).isEmpty()) {
      details.set("reviewers", request.get(Approval.REVIEWERS));
    }
  }

  /** A request that a rule answered in place of a human. */
  static AuditEvent ruleUsed(Caller by, Approval approval, Rule rule) {
    return new AuditEvent(
        AuditAction.APPROVAL_RULE_USED,
        AuditActor.of(by),
        details -> {
          details.put("approval", approval.id()).put("rule", rule.id());
          rule(details, rule);
        });
  }

  static AuditEvent ruleRemoved(Caller by, Rule rule) {
    return new AuditEvent(
        AuditAction.APPROVAL_RULE_REMOVED,
        AuditActor.of(by),
        details -> {
          details.put("rule", rule.id()).put("uses", rule.uses());
          rule(details, rule);
        });
  }

  private static void rule(ObjectNode details, Rule rule) {
    String words = String.join(" ", rule.terms().argv());
    details.put("command", new CommandText(words).kept());
    details.put("node", rule.terms().nodeId()).put("agent", rule.terms().agentId());
    Json.putIfPresent(details, "grantedBy", Json.textOrNull(rule.createdBy(), "deviceId"));
  }

  static AuditEvent policy(Caller by, String before, String after) {
    return new AuditEvent(
        AuditAction.APPROVAL_POLICY_CHANGED,
        AuditActor.of(by),
        details -> details.put("before", before).put("after", after));
  }

  /** What would run, as one text: secrets are known by the word before them. */
  private static void addPlan(ObjectNode details, JsonNode request) {
    JsonNode argv = request.path("commandArgv");
    if (!argv.isEmpty()) {
      List<String> words = new ArrayList<>();
      argv.forEach(word -> words.add(word.asText()));
      details.put("argv", new CommandText(CommandForms.display(words)).kept());
    }
    Json.putIfPresent(details, "node", Json.textOrNull(request, "nodeId"));
    Json.putIfPresent(details, "cwd", bounded(Json.textOrNull(request, "cwd")));
    if (request.has("envKeys")) {
      details.set("env", request.get("envKeys"));
    }
    Json.putIfPresent(details, "plan", Json.textOrNull(request, "planDigest"));
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null ? null : text.substring(0, Math.min(text.length(), CommandText.READ));
  }

  private static String command(JsonNode request) {
    return new CommandText(request.path("command").asText()).kept();
  }
}
