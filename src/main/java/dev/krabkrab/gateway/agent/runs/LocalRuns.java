package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.runs.RunStore.Finished;
import dev.krabkrab.gateway.agent.runs.RunStore.Next;
import dev.krabkrab.gateway.agent.runs.RunStore.Started;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunEnded;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunTurn;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs that this instance carries out, from their entry into a lane to their end. A run begins when
 * it is its turn in its session and there is room here; it is over when Redis says so. For one
 * context. Protocol 04 §25.
 */
final class LocalRuns {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRuns.class);
  private static final Backoff WAITS = Backoff.steady(500);
  private static final long DRAIN_LOOK_MS = 50;

  private final Vertx vertx;
  private final RunStore store;
  private final Backplane backplane;
  private final ConversationEvents events;
  private final RunTools tools;
  private final Function<String, AgentRules> rules;
  private final Map<Name, LocalRun> own = new HashMap<>();
  private final RunSlots places =
      new RunSlots(run -> rulesOf(run.request()).maxConcurrent(), this::tryStart);
  private final ApprovalNotices notices;
  private final RunPauses pauses;
  private final Consumer<LocalRun> expired;
  private boolean draining;

  private record Name(String session, String runId) {}

  /**
   * @param rules of an agent by its id, as the gateway document says now
   * @param expired notified when what a run's requester came with has ended
   */
  LocalRuns(
      RunStore store,
      Backplane backplane,
      ConversationEvents events,
      RunTools tools,
      Function<String, AgentRules> rules,
      Consumer<LocalRun> expired) {
    this.vertx = tools.vertx();
    this.store = store;
    this.backplane = backplane;
    this.events = events;
    this.tools = tools;
    this.rules = rules;
    this.expired = expired;
    this.notices = new ApprovalNotices(vertx, store, tools.deliveries());
    this.pauses = new RunPauses(places, notices);
  }

  /** Tells people whose answers wait for an approval. */
  ApprovalNotices approvalNotices() {
    return notices;
  }

  /** Takes a run on that is in its lane. */
  void adopt(LocalRun run) {
    own.put(new Name(run.session(), run.runId()), run);
    long end = run.request().asker().authority().grounds().expiresAtMs();
    if (end != Grounds.NEVER) {
      long left = Math.max(1, end - tools.clock().millis());
      long timer = vertx.setTimer(left, late -> expired.accept(run));
      run.outcome().onComplete(over -> vertx.cancelTimer(timer));
    }
    tryStart(run);
  }

  /** What this instance has to carry out, or is carrying out. */
  List<LocalRun> owned() {
    return List.copyOf(own.values());
  }

  @Nullable LocalRun find(String session, String runId) {
    return own.get(new Name(session, runId));
  }

  /** Whether nothing is taken on any more. */
  boolean isDraining() {
    return draining;
  }

  AgentRules rulesOf(RunRequest request) {
    return rules.apply(tools.conversations().rules().agentOfKey(request.sessionKey()));
  }

  /** It may be this run's turn. */
  void prod(String session, String runId) {
    LocalRun run = own.get(new Name(session, runId));
    if (run != null) {
      tryStart(run);
    }
  }

  /** The same for one of any instance's. */
  void prod(Next next) {
    if (next.runId().isEmpty()) {
      return;
    }
    if (next.owner().equals(backplane.instance())) {
      prod(next.session(), next.runId());
    } else {
      backplane.send(next.owner(), new RunTurn(next.session(), next.runId()));
    }
  }

  /** Begins a run if it is its turn in its session and there is room for it here. */
  void tryStart(LocalRun run) {
    if (run.isAtWork() || draining) {
      return;
    }
    if (!places.enter(run)) {
      run.waited();
      return;
    }
    run.starting(true);
    store
        .start(run.session(), run.runId())
        .onComplete(
            started -> {
              switch (started) {
                case Started.Now(long token, long startedAt) ->
                    execute(run, new RunGrant(token, startedAt));
                case Started.Waiting waiting -> {
                  run.waited();
                  letGo(run);
                }
                case Started.Gone gone -> {
                  letGo(run);
                  release(run, RunOutcome.aborted("", null));
                }
              }
            },
            away -> {
              LOG.debug("run {} not started: {}", run.runId(), away.getMessage());
              run.waited();
              letGo(run);
            });
  }

  private void letGo(LocalRun run) {
    run.starting(false);
    places.leave(run);
  }

  private void execute(LocalRun run, RunGrant grant) {
    run.starting(false);
    AgentRules of = rulesOf(run.request());
    RunEvents runEvents =
        new RunEvents(vertx, events, tools.clock(), run.runId(), run.session(), of.verbose());
    Execution execution = new Execution(tools, run, runEvents, of, grant, pauses);
    run.begun(execution);
    execution.begin().outcome().onSuccess(wanted -> conclude(run, execution, wanted));
  }

  /** Ends a run in Redis, and tells it when that counts. */
  private void conclude(LocalRun run, Execution execution, RunOutcome wanted) {
    if (wanted.status() == RunOutcome.Status.LOST) {
      release(run, wanted);
      return;
    }
    store
        .finish(
            run.session(),
            run.runId(),
            RunEndings.state(wanted),
            RunEndings.fields(wanted, execution))
        .onComplete(
            finished -> {
              switch (finished) {
                case Finished.Over(Next next) -> {
                  RunEndings.publish(execution, wanted);
                  deliver(run.request(), wanted);
                  release(run, wanted);
                  prod(next);
                }
                case Finished.Aborting(String why) -> {
                  execution.promised(why);
                  conclude(run, execution, RunOutcome.aborted(wanted.text(), wanted.meta()));
                }
                case Finished.Gone gone -> conclude(run, execution, RunOutcome.lost());
              }
            },
            away -> {
              // Its lease decides: renewed, it is tried again; run out, it is lost.
              if (own.containsValue(run)) {
                vertx.setTimer(
                    WAITS.waitMs(1, 0, tools.random()), again -> conclude(run, execution, wanted));
              }
            });
  }

  /** Says what a run came to where somebody waits for it besides. */
  void deliver(RunRequest request, RunOutcome outcome) {
    if (request.delivery() != null) {
      tools.deliveries().deliver(request, outcome);
    }
  }

  /** A run is over, or no longer this instance's. */
  void release(LocalRun run, RunOutcome outcome) {
    own.remove(new Name(run.session(), run.runId()), run);
    places.forget(run);
    run.finish(outcome);
    if (outcome.status() != RunOutcome.Status.LOST) {
      backplane.publishToAll(new RunEnded(run.runId()));
    }
  }

  /** A run is another instance's now: nothing more is said of it here. */
  void drop(LocalRun run) {
    Execution running = run.execution();
    if (running == null) {
      release(run, RunOutcome.lost());
    } else {
      running.drop();
    }
  }

  /** Takes on nothing new, hands over what waits, and lets what runs come to its end. */
  Future<Void> drain(long maxMs) {
    draining = true;
    List<LocalRun> waiting = own.values().stream().filter(run -> !run.isAtWork()).toList();
    return store
        .handOver(waiting)
        .otherwiseEmpty()
        .compose(
            handed -> {
              waiting.forEach(run -> release(run, RunOutcome.lost()));
              Promise<Void> done = Promise.promise();
              finishWork(maxMs, done);
              return done.future();
            });
  }

  private void finishWork(long leftMs, Promise<Void> done) {
    if (own.values().stream().noneMatch(LocalRun::isAtWork)) {
      done.complete();
    } else if (leftMs <= 0) {
      List<Future<RunOutcome>> ends = new ArrayList<>();
      for (LocalRun run : owned()) {
        Execution running = run.execution();
        if (running != null) {
          running.stop("the gateway instance is stopping");
          ends.add(run.outcome());
        }
      }
      Future.join(ends).otherwiseEmpty().onComplete(finished -> done.complete());
    } else {
      vertx.setTimer(DRAIN_LOOK_MS, timer -> finishWork(leftMs - DRAIN_LOOK_MS, done));
    }
  }
}
