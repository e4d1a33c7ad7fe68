package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunReader;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import io.vertx.core.Future;
import java.util.Locale;

/**
 * Carries runs out for requests, on behalf of the requester, and says so in the audit trail.
 *
 * @param runner that does it
 */
record HttpRuns(Runner runner, HttpAudit trail) {
  private static final String ENDED =
      "the run was ended before its answer was complete: its time was over, or somebody stopped it";

  Future<RunOutcome> run(OpenRequest visit, RunRequest request, RunReader reader) {
    return runner
        .run(request.by(visit.visitor().authority()), reader)
        .onComplete(
            outcome ->
                note(
                    visit,
                    request,
                    visit.isWithdrawn()
                        ? "withdrawn"
                        : outcome.status().name().toLowerCase(Locale.ROOT)),
            refused -> note(visit, request, "refused"))
        .map(HttpRuns::complete);
  }

  /** What was said before a run was ended is no answer, and does not pass for one. */
  private static RunOutcome complete(RunOutcome outcome) {
    return outcome.status() == RunOutcome.Status.ABORTED
        ? new RunOutcome(RunOutcome.Status.FAILED, "", ENDED, outcome.meta())
        : outcome;
  }

  private void note(OpenRequest visit, RunRequest request, String outcome) {
    trail.run(
        visit.visitor(),
        String.valueOf(visit.request().path()),
        request.sessionKey(),
        request.runId(),
        outcome);
  }

  void abort(RunRequest request) {
    runner.abort(request.sessionKey(), request.runId());
  }
}
