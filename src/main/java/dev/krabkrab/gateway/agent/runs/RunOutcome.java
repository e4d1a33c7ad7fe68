package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param text all that was said; what there was of it, for a run that was aborted
 * @param error why it failed, for people; null when it did not
 * @param meta of the answer to {@code agent}: how long it took, on what, tokens. Protocol 04 §12
 */
public record RunOutcome(
    Status status, String text, @Nullable String error, @Nullable ObjectNode meta) {
  /** The final status of a run. */
  public enum Status {
    DONE,
    FAILED,
    ABORTED,
    /** Another instance has it, or had to give it up. */
    LOST
  }

  /** Whether there is an error instead of an answer. */
  public boolean isFailure() {
    return status == Status.FAILED || status == Status.LOST;
  }

  static RunOutcome done(String text, ObjectNode meta) {
    return new RunOutcome(Status.DONE, text, null, meta);
  }

  static RunOutcome failed(String error) {
    return new RunOutcome(Status.FAILED, "", error, null);
  }

  static RunOutcome aborted(String text, @Nullable ObjectNode meta) {
    return new RunOutcome(Status.ABORTED, text, "aborted", meta);
  }

  static RunOutcome lost() {
    return new RunOutcome(Status.LOST, "", RunEndings.LOST, null);
  }

  /** {@code result} of the last answer to {@code agent}. */
  ObjectNode result() {
    ObjectNode result = Json.object();
    var payloads = result.putArray("payloads");
    if (!text.isEmpty()) {
      payloads.addObject().put("text", text).putNull("mediaUrl");
    }
    result.set("meta", meta == null ? Json.object() : meta);
    return result;
  }
}
