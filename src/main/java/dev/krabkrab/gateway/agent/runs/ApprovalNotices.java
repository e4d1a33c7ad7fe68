package dev.krabkrab.gateway.agent.runs;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies people in channels that the answer they wait for has to wait for an approval: those
 * whose run asked for it, and those whose messages are queued behind it in the session, on any
 * instance. Each chat is notified once for each run that waits, and only when the decision takes
 * its time. For one context. Protocol 04 §25.3.
 */
final class ApprovalNotices {
  /** Milliseconds in which an approver who is at hand decides, and nobody needs a notice. */
  static final long PATIENCE_MS = 3_000;

  private static final Logger LOG = LoggerFactory.getLogger(ApprovalNotices.class);
  private static final String WAITS = "⏳ This waits for an approval.";
  private static final String BEHIND =
      "⏳ Your message is queued: this conversation waits for an approval.";

  private final Vertx vertx;
  private final RunStore store;
  private final RunDeliveries deliveries;

  ApprovalNotices(Vertx vertx, RunStore store, RunDeliveries deliveries) {
    this.vertx = vertx;
    this.store = store;
    this.deliveries = deliveries;
  }

  /** Waits for a decision that a run requested. */
  <T> Future<T> during(LocalRun run, Supplier<Future<T>> decision) {
    long timer = vertx.setTimer(PATIENCE_MS, late -> notifyWaiting(run));
    return decision
        .get()
        .onComplete(
            decided -> {
              if (!vertx.cancelTimer(timer)) {
                note(run, false);
              }
            });
  }

  /** A run was queued behind one that waits for an approval. */
  void behind(RunRequest request, String waiting) {
    if (request.delivery() != null) {
      deliveries.notice(waiting, request, BEHIND);
    }
  }

  private void notifyWaiting(LocalRun run) {
    note(run, true)
        .onSuccess(
            requests ->
                requests.stream()
                    .filter(request -> request.delivery() != null)
                    .forEach(
                        request ->
                            deliveries.notice(
                                run.runId(),
                                request,
                                request.runId().equals(run.runId()) ? WAITS : BEHIND)));
  }

  private Future<List<RunRequest>> note(LocalRun run, boolean waits) {
    return store
        .awaitsApproval(run.session(), run.runId(), waits)
        .onFailure(away -> LOG.debug("an approval's wait is not noted: {}", away.getMessage()));
  }
}
