package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan that people approve, and compares it with what is to run: the words, the folder,
 * whom it runs for, and the content of the script it names, which could be another one by then.
 * Protocol 05 §13.2.
 */
final class RunPlans {
  private RunPlans() {}

  /** Answers {@code system.run.prepare}. */
  static ObjectNode prepare(RunRequest request) {
    ObjectNode plan = Json.object();
    plan.set("argv", Json.texts(request.argv()));
    plan.put("cwd", request.cwd().toString()).put("commandText", request.whose().text());
    plan.put("agentId", request.whose().agentId());
    plan.put("sessionKey", request.whose().sessionKey());
    ScriptOperand script = ScriptOperand.of(request);
    if (script != null) {
      plan.putObject("mutableFileOperand")
          .put("argvIndex", script.index())
          .put("path", script.file().toString())
          .put("sha256", script.sha256());
    }
    ObjectNode answer = Json.object();
    answer.set("plan", plan);
    return answer;
  }

  /**
   * Compares a plan with what is to run.
   *
   * @param plan as it was approved; null and JSON null are none
   * @throws NodeRefusal naming the field that differs
   */
  static void check(@Nullable JsonNode plan, RunRequest request) {
    if (plan == null || plan.isNull()) {
      return;
    }
    if (!(plan instanceof ObjectNode planned)) {
      throw NodeRefusal.invalid("systemRunPlan: must be an object");
    }
    same("argv", planned.get("argv"), Json.texts(request.argv()));
    same("cwd", Json.nonBlank(planned, "cwd"), request.cwd().toString());
    same("agentId", Json.nonBlank(planned, "agentId"), request.whose().agentId());
    same("sessionKey", Json.nonBlank(planned, "sessionKey"), request.whose().sessionKey());
    JsonNode operand = planned.path("mutableFileOperand");
    if (!operand.isMissingNode() && !operand.isNull()) {
      checkFile(operand, request);
    }
  }

  private static void same(String field, @Nullable Object planned, @Nullable Object given) {
    boolean left = planned == null && !field.equals("argv");
    if (!left && !Objects.equals(planned, given)) {
      throw NodeRefusal.invalid("systemRunPlan/" + field + ": differs from what is to run");
    }
  }

  private static void checkFile(JsonNode operand, RunRequest request) {
    ScriptOperand now = ScriptOperand.of(request);
    boolean same =
        now != null
            && now.index() == operand.path("argvIndex").asInt(-1)
            && now.file().toString().equals(operand.path("path").asText())
            && now.sha256().equals(operand.path("sha256").asText());
    if (!same) {
      throw NodeRefusal.denied(
          "SYSTEM_RUN_DENIED: the file of systemRunPlan/mutableFileOperand is not what was"
              + " approved",
          "file-changed");
    }
  }
}
