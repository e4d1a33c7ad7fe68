package dev.krabkrab.gateway.agent.runs;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run that this instance carries out, from its entry into the lane to its end. */
final class LocalRun {
  private final RunRequest request;
  private final Consumer<String> onText;
  private final Promise<RunOutcome> outcome = Promise.promise();
  private boolean starting;
  private boolean checked;
  private @Nullable Execution execution;

  /**
   * @param onText pieces of the answer, for the requester
   */
  LocalRun(RunRequest request, Consumer<String> onText) {
    this.request = request;
    this.onText = onText;
    // A job rests on what was so when it was made.
    this.checked = request.kind() == RunKind.CRON;
  }

  /** It did not begin at once: the requester may have lost the right to it meanwhile. */
  void waited() {
    checked = true;
  }

  /** Whether to ask for the right to it before it begins. */
  boolean isToBeChecked() {
    return checked;
  }

  Consumer<String> onText() {
    return onText;
  }

  /** Its work is done; only its end is not written down yet. */
  boolean isEnding() {
    Execution running = execution;
    return running != null && running.outcome().isComplete();
  }

  RunRequest request() {
    return request;
  }

  String session() {
    return request.sessionKey();
  }

  String runId() {
    return request.runId();
  }

  long seq() {
    Execution running = execution;
    return running == null ? 0 : running.seq();
  }

  /** Its outcome; never fails. */
  Future<RunOutcome> outcome() {
    return outcome.future();
  }

  void finish(RunOutcome how) {
    outcome.tryComplete(how);
  }

  void starting(boolean now) {
    starting = now;
  }

  /** Whether it has begun, or is about to. */
  boolean isAtWork() {
    return starting || execution != null;
  }

  @Nullable Execution execution() {
    return execution;
  }

  void begun(Execution now) {
    execution = now;
  }
}
