package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunRecord.State;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.HashMap;
import java.util.Map;

/** Records and publishes the end of a run. Protocol 04 §4, §25.4. */
final class RunEndings {
  /** The error of a run whose instance is gone. */
  static final String LOST = "gateway instance lost";

  private RunEndings() {}

  static State state(RunOutcome outcome) {
    return switch (outcome.status()) {
      case DONE -> State.FINAL;
      case ABORTED -> State.ABORTED;
      default -> State.ERROR;
    };
  }

  static Map<String, String> fields(RunOutcome outcome, Execution execution) {
    Map<String, String> fields = new HashMap<>();
    fields.put("seq", Long.toString(execution.seq()));
    if (outcome.error() != null) {
      fields.put("error", outcome.error());
    }
    fields.put("result", Json.text(outcome.result()));
    return fields;
  }

  static void publish(Execution execution, RunOutcome outcome) {
    RunEvents events = execution.events();
    String why = execution.abortedFor();
    switch (outcome.status()) {
      case DONE -> {
        if (execution.isCommand()) {
          events.injected(outcome.text());
        } else {
          events.finished(outcome.text(), execution.startedAt());
        }
      }
      case ABORTED -> events.aborted(why == null ? "rpc" : why);
      default -> events.failed(outcome.error() == null ? LOST : outcome.error());
    }
  }

  /** What a run that is over came to. */
  static RunOutcome outcome(RunRecord run) {
    ObjectNode result = run.result();
    ObjectNode meta =
        result != null && result.path("meta") instanceof ObjectNode known ? known : null;
    String text = result == null ? "" : result.path("payloads").path(0).path("text").asText();
    String error = run.error();
    return switch (run.state()) {
      case FINAL -> new RunOutcome(RunOutcome.Status.DONE, text, null, meta);
      case ABORTED -> RunOutcome.aborted(text, meta);
      default -> RunOutcome.failed(error == null ? LOST : error);
    };
  }
}
