package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One command of an agent on its way to a node: requested and run with the same words. Protocol 02
 * §2.4, §14; 05 §13.2.
 *
 * @param command as the model wrote it, or, without a shell, its words
 * @param argv the words that run it, a shell's or its own
 * @param plan the node's own plan of the command, or null when it makes none
 */
record ExecRequest(
    AgentTool.Use use,
    String command,
    List<String> argv,
    NodeChoice node,
    @Nullable String cwd,
    long timeoutMs,
    @Nullable ObjectNode plan) {
  static final String PREPARE = "system.run.prepare";
  static final String WHICH = "system.which";

  ExecRequest {
    argv = List.copyOf(argv);
  }

  /** A command as a shell runs it. */
  static ExecRequest inShell(
      AgentTool.Use use, String command, NodeChoice node, @Nullable String cwd, long timeoutMs) {
    List<String> argv = List.of("/bin/sh", "-lc", command);
    return new ExecRequest(use, command, argv, node, cwd, timeoutMs, null);
  }

  /**
   * The program to look for on the node, so that the command can be requested without a shell and
   * be allowed always; null when that would be of no use.
   *
   * @param rules whether a rule can be made of these words
   */
  @Nullable String programToFind(Predicate<List<String>> rules) {
    List<String> words = PlainCommand.of(command);
    boolean bare = !words.isEmpty() && !words.getFirst().contains("/");
    return bare && rules.test(words) && node.commands().contains(WHICH) ? words.getFirst() : null;
  }

  /**
   * The same order without a shell, where no shell is needed and the program's path is known.
   *
   * @param path where the node has the program, or blank when it has to be in the command
   * @param rules whether a rule can be made of these words
   */
  ExecRequest direct(String path, Predicate<List<String>> rules) {
    List<String> words = new ArrayList<>(PlainCommand.of(command));
    if (words.isEmpty()) {
      return this;
    }
    if (!path.isBlank()) {
      words.set(0, path);
    }
    // A path that itself has to be quoted is left to the shell.
    String text = String.join(" ", words);
    return words.getFirst().startsWith("/")
            && PlainCommand.of(text).equals(words)
            && rules.test(words)
        ? new ExecRequest(use, text, words, node, cwd, timeoutMs, plan)
        : this;
  }

  /** Whether the node wants to plan a command before it is requested. */
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
  ExecRequest planned(JsonNode prepared) {
    JsonNode planned = prepared.path("plan").path("argv");
    boolean same =
        argv.getLast().equals(command)
            ? !planned.isEmpty() && planned.get(planned.size() - 1).asText().equals(command)
            : planned.equals(Json.texts(argv));
    if (!same || !(prepared.get("plan") instanceof ObjectNode made)) {
      throw new IllegalArgumentException("the node plans another command than the one asked for");
    }
    return new ExecRequest(use, command, argv, node, cwd, timeoutMs, made);
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
    params.set("command", plan == null ? Json.texts(argv) : plan.get("argv"));
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
