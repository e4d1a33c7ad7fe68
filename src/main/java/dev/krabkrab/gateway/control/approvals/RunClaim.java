package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants to run as an approved command, as far as it can be compared with what was
 * approved. Whatever else it says does not reach the node. Protocol 02 §14, §17.1.
 *
 * @param rawCommand the command as people read it, or null
 * @param argv the words the node will run
 * @param env the variables, an empty object for none
 * @param systemRunPlan the node's own plan, or null
 */
record RunClaim(
    @Nullable String rawCommand,
    List<String> argv,
    @Nullable String cwd,
    ObjectNode env,
    @Nullable String agentId,
    @Nullable String sessionKey,
    @Nullable ObjectNode systemRunPlan) {

  /** What no request can name, so nobody approved it. */
  private static final Set<String> NEVER_REQUESTED = Set.of("needsScreenRecording");

  RunClaim {
    argv = List.copyOf(argv);
  }

  /** Says which field cannot be what was approved, whatever that was; null when all may be. */
  static @Nullable String unapprovable(ObjectNode params) {
    JsonNode command = params.path("command");
    if (!command.isArray() || command.isEmpty() || !allTexts(command)) {
      return "argv";
    }
    for (String field : List.of("rawCommand", "cwd", "agentId", "sessionKey")) {
      if (params.hasNonNull(field) && !params.get(field).isTextual()) {
        return field;
      }
    }
    if (params.hasNonNull("env")
        && !(params.get("env").isObject() && allTexts(params.get("env")))) {
      return "env";
    }
    if (params.hasNonNull("systemRunPlan") && !params.get("systemRunPlan").isObject()) {
      return "systemRunPlan";
    }
    for (String field : NEVER_REQUESTED) {
      if (params.hasNonNull(field) && !isFalse(params.get(field))) {
        return field;
      }
    }
    return null;
  }

  /** Reads what {@link #unapprovable} found nothing in. */
  static RunClaim of(ObjectNode params) {
    List<String> argv = new ArrayList<>();
    params.path("command").forEach(word -> argv.add(word.asText()));
    return new RunClaim(
        PlanReader.textual(params, "rawCommand"),
        argv,
        PlanReader.textual(params, "cwd"),
        params.get("env") instanceof ObjectNode env ? env : Json.object(),
        PlanReader.textual(params, "agentId"),
        PlanReader.textual(params, "sessionKey"),
        params.get("systemRunPlan") instanceof ObjectNode plan ? plan : null);
  }

  /** Whether the text for people, when there is one, says these words. */
  boolean textFits() {
    return rawCommand == null || CommandForms.saysTheSame(rawCommand, argv);
  }

  /** The text these words may be run for when only a text was approved, or blank for none. */
  String textAlone() {
    String text = rawCommand == null ? CommandForms.usual(argv) : rawCommand;
    return CommandForms.saysTheSame(text, argv) ? text : "";
  }

  /** What the node gets to run: what was compared, and the plan that was approved. */
  ObjectNode forwarded(String approvedPlan) {
    ObjectNode run = Json.object();
    run.set("command", Json.texts(argv));
    Json.putIfPresent(run, "rawCommand", rawCommand);
    if (!approvedPlan.isEmpty()) {
      run.set("systemRunPlan", Json.parseObject(approvedPlan));
    }
    Json.putIfPresent(run, "cwd", cwd);
    if (!env.isEmpty()) {
      run.set("env", env);
    }
    Json.putIfPresent(run, "agentId", agentId);
    Json.putIfPresent(run, "sessionKey", sessionKey);
    return run;
  }

  private static boolean allTexts(JsonNode values) {
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFalse(JsonNode value) {
    return value.isBoolean() && !value.booleanValue();
  }
}
