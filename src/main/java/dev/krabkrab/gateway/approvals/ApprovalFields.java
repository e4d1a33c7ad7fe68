package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the record of an approval has in Redis from its beginning. */
final class ApprovalFields {
  private ApprovalFields() {}

  /** Names and values in turn. */
  static List<String> of(ApprovalRequest asked, Caller caller, String origin) {
    List<String> args = new ArrayList<>();
    ExecPlan plan = asked.plan();
    args.addAll(List.of("request", asked.request().text()));
    args.addAll(List.of("requestHash", Hashes.sha256(asked.request().text())));
    args.addAll(List.of("askHash", asked.hash()));
    args.addAll(List.of("command", plan.text()));
    args.addAll(List.of("argv", plan.knowsArgv() ? Json.text(Json.texts(plan.argv())) : ""));
    args.addAll(List.of("cwd", orBlank(plan.cwd())));
    args.addAll(List.of("agentId", orBlank(plan.agentId())));
    args.addAll(List.of("sessionKey", orBlank(plan.sessionKey())));
    args.addAll(List.of("plan", asked.systemRunPlan()));
    args.addAll(List.of("planHash", asked.systemRunPlanHash()));
    args.addAll(List.of("nodeId", orBlank(plan.nodeId())));
    args.addAll(List.of("binding", asked.binding().wire()));
    args.addAll(List.of("reviewers", asked.reviewers()));
    args.addAll(List.of("allowed", String.join(",", asked.allowed())));
    args.addAll(List.of("rule", asked.storable().terms()));
    args.addAll(List.of("ruleKey", asked.storable().key()));
    args.addAll(List.of("noRule", asked.storable().reason()));
    args.addAll(List.of("device", ApprovalStore.device(caller)));
    args.addAll(List.of("user", orBlank(caller.user())));
    args.addAll(List.of("turn", asked.turnSource()));
    args.addAll(List.of("principal", caller.principal()));
    args.addAll(List.of("conn", caller.connId()));
    args.addAll(List.of("origin", origin));
    return args;
  }

  private static String orBlank(@Nullable String text) {
    return text == null ? "" : text;
  }
}
