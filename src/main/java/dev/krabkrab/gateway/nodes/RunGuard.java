package dev.krabkrab.gateway.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
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

  private final CommandPolicy policy;
  private final RunApprovals approvals;

  RunGuard(CommandPolicy policy, RunApprovals approvals) {
    this.policy = policy;
    this.approvals = approvals;
  }

  /** Returns what may be sent to the node as params, or fails with the refusal. */
  Future<@Nullable JsonNode> checked(
      Caller caller, String nodeId, String command, @Nullable JsonNode params) {
    if (!command.equals(COMMAND)
        || !policy.requiresRunApproval()
        || !(params instanceof ObjectNode given)) {
      return Future.succeededFuture(params);
    }
    ObjectNode forwarded = Json.object();
    FORWARDED.forEach(
        key -> {
          JsonNode value = given.get(key);
          if (value != null) {
            forwarded.set(key, value);
          }
        });
    if (!claimsApproval(given)) {
      return Future.succeededFuture(forwarded);
    }
    List<String> argv = argv(given.get("command"));
    String raw = Json.nonBlank(given, "rawCommand");
    String text = raw == null ? String.join(" ", argv) : raw;
    return approvals
        .check(Json.nonBlank(given, "runId"), caller, nodeId, text, argv)
        .map(
            verdict -> {
              switch (verdict) {
                case RunApprovals.Verdict.Refused(ErrorShape error) ->
                    throw new GatewayError(error);
                case RunApprovals.Verdict.Granted(String decision) -> {
                  copy(given, forwarded, "approved");
                  if (given.has("approvalDecision")) {
                    // What was decided, not what the caller says: a node keeps an allow-always.
                    forwarded.put("approvalDecision", decision);
                  }
                }
              }
              if (!argv(given.path("systemRunPlan").get("argv")).equals(argv)) {
                // A plan for another command would run in place of the approved one.
                forwarded.remove("systemRunPlan");
              }
              return forwarded;
            });
  }

  private static boolean claimsApproval(ObjectNode params) {
    String decision = Json.textOrNull(params, "approvalDecision");
    return params.path("approved").asBoolean(false)
        || "allow-once".equals(decision)
        || "allow-always".equals(decision);
  }

  private static List<String> argv(@Nullable JsonNode command) {
    List<String> words = new ArrayList<>();
    if (command != null && command.isArray()) {
      command.forEach(word -> words.add(word.asText()));
    } else if (command != null && command.isTextual()) {
      words.add(command.textValue());
    }
    return List.copyOf(words);
  }

  private static void copy(ObjectNode from, ObjectNode to, String key) {
    JsonNode value = from.get(key);
    if (value != null) {
      to.set(key, value);
    }
  }
}
