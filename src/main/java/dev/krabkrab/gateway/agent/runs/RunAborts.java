package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunAbort;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunAborted;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunEnded;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends runs on purpose, wherever they are. For one context. Protocol 04 §7, §25.3. */
final class RunAborts {
  private static final long WAIT_MS = 1_000;

  private final RunStore store;
  private final Backplane backplane;
  private final ConversationEvents events;
  private final RunTools tools;
  private final LocalRuns own;

  RunAborts(
      RunStore store,
      Backplane backplane,
      ConversationEvents events,
      RunTools tools,
      LocalRuns own) {
    this.store = store;
    this.backplane = backplane;
    this.events = events;
    this.tools = tools;
    this.own = own;
  }

  /** Hears what others want aborted here. */
  void start() {
    backplane.on(
        RunAbort.class,
        received -> {
          RunAbort order = received.message();
          here(order.session(), order.runId(), order.why())
              .onComplete(done -> received.answer().accept(new RunAborted()));
        });
  }

  /**
   * Ends runs of a session.
   *
   * @param sessionKey canonical
   * @param runId null for all of them
   * @param why {@code rpc}, {@code stop} or {@code timeout}
   * @return those that were not over; fails with {@link GatewayError} when the run belongs to
   *     another session
   */
  Future<List<String>> abort(String sessionKey, @Nullable String runId, String why) {
    return store
        .abort(sessionKey, runId, why)
        .compose(
            aborts -> {
              if (aborts.elsewhere()) {
                throw GatewayError.invalid("runId does not match sessionKey");
              }
              List<Future<?>> notified = new ArrayList<>();
              for (RunStore.Aborted run : aborts.runs()) {
                if (run.waiting()) {
                  publishAborted(sessionKey, run.runId(), why);
                } else {
                  notified.add(notifyOwner(sessionKey, run, why));
                }
              }
              return Future.join(notified)
                  .otherwiseEmpty()
                  .map(
                      done -> {
                        own.prod(aborts.next());
                        return aborts.runs().stream().map(RunStore.Aborted::runId).toList();
                      });
            });
  }

  private void publishAborted(String session, String runId, String why) {
    new RunEvents(tools.vertx(), events, tools.clock(), runId, session, false).aborted(why);
    LocalRun found = own.find(session, runId);
    if (found != null) {
      own.release(found, RunOutcome.aborted("", null));
    } else {
      backplane.publishToAll(new RunEnded(runId));
    }
  }

  private Future<Void> notifyOwner(String session, RunStore.Aborted run, String why) {
    if (run.owner().equals(backplane.instance())) {
      return here(session, run.runId(), why);
    }
    // One that does not answer finds the wish in Redis when it renews its lease, or has lost it.
    return backplane
        .request(run.owner(), new RunAbort(session, run.runId(), why), RunAborted.class, WAIT_MS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Ends one that is carried out here, if it is; complete when it is over. */
  Future<Void> here(String session, String runId, String why) {
    LocalRun run = own.find(session, runId);
    if (run == null) {
      return Future.succeededFuture();
    }
    Execution running = run.execution();
    if (running != null) {
      running.abort(why);
    }
    return run.outcome().mapEmpty();
  }
}
