package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody pretend that a human approved a command: nodes believe what {@code system.run} says
 * about approval, so it says it only when it is true. Protocol 02 §17.1.
 */
final class RunGuard {
  static final String COMMAND = "system.run";

  private static final List<String> FORWARDED =
      List.of(
          "command",
          "rawCommand",
          "systemRunPlan",
          "cwd",
          "env",
          "timeoutMs",
          "needsScreenRecording",
          "agentId",
          "sessionKey",
          "runId",
          "suppressNotifyOnExit");

  /** How long an approved command may take, whose it is, and who is notified of its end. */
  private static final List<String> BESIDES = List.of("timeoutMs", "runId", "suppressNotifyOnExit");

  private final CommandPolicy policy;
  private final RunApprovals approvals;

  RunGuard(CommandPolicy policy, RunApprovals approvals) {
    this.policy = policy;
    this.approvals = approvals;
  }

  /** Returns what may be sent to the node as params, or fails with the refusal. */
  Future<@Nullable JsonNode> checked(
      Caller caller, String nodeId, String command, @Nullable JsonNode params) {
    if (!command.equals(COMMAND) || params == null || params.isNull()) {
      return Future.succeededFuture(params);
    }
    if (!(params instanceof ObjectNode given)) {
      // A node may read an approval out of a text that looks like an object.
      return Future.failedFuture(
          GatewayError.invalid(
              "invalid node.invoke params: params of " + COMMAND + " must be an object"));
    }
    if (!policy.requiresRunApproval()) {
      return Future.succeededFuture(params);
    }
    if (!claimsApproval(given)) {
      ObjectNode forwarded = Json.object();
      FORWARDED.forEach(key -> copy(given, forwarded, key));
      return Future.succeededFuture(forwarded);
    }
    return approvals
        .check(Json.nonBlank(given, "runId"), caller, nodeId, given)
        .map(
            verdict ->
                switch (verdict) {
                  case RunApprovals.Verdict.Refused(ErrorShape error) ->
                      throw new GatewayError(error);
                  case RunApprovals.Verdict.Granted granted -> approved(given, granted);
                });
  }

  /** Only what was approved, and what changes nothing about the command. */
  private static JsonNode approved(ObjectNode given, RunApprovals.Verdict.Granted granted) {
    ObjectNode forwarded = granted.run();
    for (String key : BESIDES) {
      if (given.path(key).isValueNode()) {
        copy(given, forwarded, key);
      }
    }
    if (given.has("approved")) {
      forwarded.put("approved", given.get("approved").asBoolean());
    }
    if (given.has("approvalDecision")) {
      // What was decided, not what the caller says: a node keeps an allow-always.
      forwarded.put("approvalDecision", granted.decision());
    }
    return forwarded;
  }

  private static boolean claimsApproval(ObjectNode params) {
    String decision = Json.textOrNull(params, "approvalDecision");
    return params.path("approved").asBoolean(false)
        || "allow-once".equals(decision)
        || "allow-always".equals(decision);
  }

  private static void copy(ObjectNode from, ObjectNode to, String key) {
    JsonNode value = from.get(key);
    if (value != null) {
      to.set(key, value);
    }
  }
}
