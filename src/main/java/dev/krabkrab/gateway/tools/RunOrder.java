package dev.krabkrab.gateway.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.protocol.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One command of an agent on its way to a node: asked for and run with the same words. Protocol 02
 * §2.4, §14; 05 §13.2.
 *
 * @param command as the model wrote it
 * @param plan the node's own plan of the command, or null when it makes none
 */
record RunOrder(
    AgentTool.Use use,
    String command,
    NodeChoice node,
    @Nullable String cwd,
    long timeoutMs,
    @Nullable ObjectNode plan) {
  static final String PREPARE = "system.run.prepare";

  /** Whether the node wants to plan a command before people are asked. */
  boolean isToBePrepared() {
    return plan == null && node.commands().contains(PREPARE);
  }

  /** Parameters of {@code system.run.prepare}. */
  ObjectNode preparation() {
    return described().put("rawCommand", command);
  }

  /**
   * The same order with the node's plan.
   *
   * @throws IllegalArgumentException with a message for the model when it plans something else
   */
  RunOrder planned(JsonNode prepared) {
    JsonNode argv = prepared.path("plan").path("argv");
    if (!(prepared.get("plan") instanceof ObjectNode made)
        || argv.isEmpty()
        || !argv.get(argv.size() - 1).asText().equals(command)) {
      throw new IllegalArgumentException("the node plans another command than the one asked for");
    }
    return new RunOrder(use, command, node, cwd, timeoutMs, made);
  }

  /** Parameters of {@code exec.approval.request} that say what is to run, where and for whom. */
  ObjectNode question() {
    ObjectNode params = described();
    params.set("commandArgv", params.remove("command"));
    params
        .put("command", text())
        .put("host", "node")
        .put("nodeId", node.id())
        .put("nodeName", node.name())
        .put("runId", use.runId());
    if (plan != null) {
      params.set("systemRunPlan", plan);
    }
    return params;
  }

  /** Parameters of {@code system.run}. */
  ObjectNode run() {
    ObjectNode params = described().put("rawCommand", text()).put("timeoutMs", timeoutMs);
    if (plan != null) {
      params.set("systemRunPlan", plan);
    }
    return params;
  }

  private ObjectNode described() {
    ObjectNode params = Json.object();
    params.set(
        "command",
        plan == null ? Json.texts(List.of("/bin/sh", "-lc", command)) : plan.get("argv"));
    Json.putIfPresent(params, "cwd", planned("cwd", cwd));
    return params.put("agentId", use.agentId()).put("sessionKey", use.sessionKey());
  }

  private String text() {
    return Objects.requireNonNull(planned("commandText", command));
  }

  private @Nullable String planned(String field, @Nullable String otherwise) {
    String own = Json.nonBlank(plan, field);
    return own == null ? otherwise : own;
  }
}
