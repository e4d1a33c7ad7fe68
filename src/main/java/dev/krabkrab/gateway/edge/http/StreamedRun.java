package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.agent.runs.RunReader;
import dev.krabkrab.gateway.agent.runs.RunRequest;
import org.jspecify.annotations.Nullable;

/**
 * A run whose answer is written while it is made. What cannot begin is refused with the status of
 * an HTTP error; what goes wrong afterwards is said in the stream. For one event loop. Protocol 04
 * §20, §21.
 */
abstract class StreamedRun implements RunReader {
  private final HttpRuns runs;
  private final OpenRequest visit;
  private final RunRequest run;
  private @Nullable EventStream events;

  StreamedRun(HttpRuns runs, OpenRequest visit, RunRequest run) {
    this.runs = runs;
    this.visit = visit;
    this.run = run;
  }

  /** Writes what comes before the answer. */
  abstract void start(EventStream events);

  /** Writes a piece of it. */
  abstract void write(EventStream events, String piece);

  /** Writes its end. */
  abstract void finish(EventStream events, RunOutcome outcome);

  /** Writes that there will be no end. */
  abstract void fail(EventStream events, String why);

  /** Writes that the credential was taken out. */
  abstract void withdraw(EventStream events);

  final void go() {
    visit.request().response().closeHandler(gone -> runs.abort(run));
    visit.onWithdrawn(
        () -> {
          EventStream open = events;
          if (open == null) {
            visit.fail(OpenRequest.withdrawnFailure());
          } else {
            ended(open, () -> withdraw(open));
          }
          runs.abort(run);
        });
    runs.run(visit, run, this)
        .onSuccess(
            outcome -> {
              EventStream open = events;
              if (open != null) {
                ended(open, () -> finish(open, outcome));
              }
            })
        .onFailure(
            failed -> {
              EventStream open = events;
              if (open == null) {
                visit.fail(AgentHttp.refusal(failed));
              } else {
                ended(open, () -> fail(open, String.valueOf(failed.getMessage())));
              }
            });
  }

  private static void ended(EventStream events, Runnable last) {
    last.run();
    events.end();
  }

  @Override
  public final void begun() {
    if (visit.isOver() || visit.request().response().closed()) {
      runs.abort(run);
      return;
    }
    EventStream opened = EventStream.open(visit.context());
    opened.onGone(() -> runs.abort(run));
    events = opened;
    start(opened);
  }

  @Override
  public final void said(String piece) {
    if (events != null) {
      write(events, piece);
    }
  }
}
