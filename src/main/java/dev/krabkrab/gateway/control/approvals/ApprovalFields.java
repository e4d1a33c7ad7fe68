package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields that the record of an approval has in Redis from its beginning. */
final class ApprovalFields {
  private ApprovalFields() {}

  /** Names and values in turn. */
  static List<String> of(ApprovalRequest requested, Caller caller, String origin) {
    List<String> args = new ArrayList<>();
    ExecPlan plan = requested.plan();
    String device = ApprovalStore.device(caller);
    args.addAll(List.of("request", requested.request().text()));
    args.addAll(List.of("requestHash", Hashes.sha256(requested.request().text())));
    args.addAll(List.of("askHash", requested.hash()));
    args.addAll(List.of("command", plan.text()));
    args.addAll(List.of("argv", plan.knowsArgv() ? Json.text(Json.texts(plan.argv())) : ""));
    args.addAll(List.of("cwd", orBlank(plan.cwd())));
    args.addAll(List.of("agentId", orBlank(plan.agentId())));
    args.addAll(List.of("sessionKey", orBlank(plan.sessionKey())));
    args.addAll(List.of("plan", requested.systemRunPlan()));
    args.addAll(List.of("planHash", requested.systemRunPlanHash()));
    args.addAll(List.of("nodeId", orBlank(plan.nodeId())));
    args.addAll(List.of("binding", requested.binding().wire()));
    args.addAll(List.of("reviewers", requested.reviewers()));
    args.addAll(List.of("allowed", String.join(",", requested.allowed())));
    args.addAll(List.of("rule", requested.storable().terms()));
    args.addAll(List.of("ruleKey", requested.storable().key()));
    args.addAll(List.of("noRule", requested.storable().reason()));
    args.addAll(List.of("device", device));
    args.addAll(List.of("generation", Long.toString(caller.grounds().generation())));
    args.addAll(List.of("behalf", device.isEmpty() ? orBlank(caller.grounds().deviceId()) : ""));
    args.addAll(List.of("user", orBlank(caller.user())));
    args.addAll(List.of("turn", requested.turnSource()));
    args.addAll(List.of("principal", caller.principal()));
    args.addAll(List.of("conn", caller.connId()));
    args.addAll(List.of("origin", origin));
    return args;
  }

  private static String orBlank(@Nullable String text) {
    return text == null ? "" : text;
  }
}
