package dev.krabkrab.gateway.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentRules;
import dev.krabkrab.gateway.chat.ConversationEvents;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.RunAbort;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.RunAborted;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.RunEnded;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.RunTurn;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.runs.RunRecord.State;
import dev.krabkrab.gateway.runs.RunStore.Finished;
import dev.krabkrab.gateway.runs.RunStore.Next;
import dev.krabkrab.gateway.runs.RunStore.Started;
import dev.krabkrab.gateway.sessions.Conversation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs of all sessions, wherever they were asked for: one at a time in a session, in order, in the
 * whole cluster. The instance that is asked carries a run out; when it dies, what waits is taken
 * over and what ran is reported lost, never run again. Made on, and for, one context. Protocol 04
 * §4, §7, §13, §25.
 */
public final class RunService {
  static final String LOST = "gateway instance lost";

  private static final Logger LOG = LoggerFactory.getLogger(RunService.class);
  private static final long ABORT_WAIT_MS = 1_000;
  private static final long RETRY_MS = 500;
  private static final long POLL_MS = 2_000;
  private static final long DRAIN_LOOK_MS = 50;

  private final Vertx vertx;
  private final Context context;
  private final RunStore store;
  private final Backplane backplane;
  private final ConversationEvents events;
  private final RunTools tools;
  private final Function<String, AgentRules> rules;
  private final RunWaits waits;
  private final Map<Name, OwnRun> own = new HashMap<>();
  private final Queue<OwnRun> ready = new ArrayDeque<>();
  private int working;
  private boolean draining;

  private record Name(String session, String runId) {}

  /**
   * @param rules of an agent by its id, as the gateway document says now
   */
  public RunService(
      RedisLink link,
      Backplane backplane,
      ConversationEvents events,
      RunTools tools,
      Function<String, AgentRules> rules) {
    this.vertx = tools.vertx();
    this.context = vertx.getOrCreateContext();
    this.store = new RunStore(link, backplane.instance());
    this.backplane = backplane;
    this.events = events;
    this.tools = tools;
    this.rules = rules;
    this.waits = new RunWaits(vertx);
  }

  /** Begins to listen and to look after runs. */
  public void start() {
    backplane.on(RunEnded.class, received -> waits.ended(received.message().runId()));
    backplane.on(
        RunTurn.class, received -> prod(received.message().session(), received.message().runId()));
    backplane.on(
        RunAbort.class,
        received -> {
          RunAbort order = received.message();
          abortHere(order.session(), order.runId(), order.why())
              .onComplete(done -> received.answer().accept(new RunAborted()));
        });
    new RunLeases(vertx, store, this).start();
  }

  /** What became of asking for a run. */
  public sealed interface Submitted {
    /**
     * It waits, or is on its way.
     *
     * @param acceptedAt epoch milliseconds
     * @param outcome how it ends; never fails
     */
    record Accepted(long acceptedAt, Future<RunOutcome> outcome) implements Submitted {}

    /** One of that id was there before and is not over. */
    record InFlight(long acceptedAt) implements Submitted {}

    /** One of that id has ended. */
    record Over(RunOutcome outcome) implements Submitted {}
  }

  /** Asks for a run, once for each id of a session. */
  public Future<Submitted> submit(RunRequest request) {
    return submit(request, piece -> {});
  }

  /**
   * The same for somebody who reads along.
   *
   * @param onText pieces of the answer, on this service's context
   * @return fails with {@link GatewayError} when too many wait in the session, or this instance is
   *     about to stop
   */
  public Future<Submitted> submit(RunRequest request, Consumer<String> onText) {
    if (draining) {
      return Future.failedFuture(
          new GatewayError(
              ErrorShape.retryable("this gateway instance is stopping; retry", RETRY_MS)));
    }
    int most = rulesOf(request).queued() + 1;
    return store
        .begin(request, most)
        .map(
            begun ->
                switch (begun) {
                  case RunStore.Begun.Queued(long createdAt) -> {
                    OwnRun run = new OwnRun(request, onText);
                    adopt(run);
                    yield new Submitted.Accepted(createdAt, run.outcome());
                  }
                  case RunStore.Begun.Known(RunRecord run) ->
                      run.isOver()
                          ? new Submitted.Over(outcome(run))
                          : new Submitted.InFlight(run.createdAt());
                  case RunStore.Begun.Full full ->
                      throw GatewayError.unavailable(
                          "too many messages wait in this session ("
                              + most
                              + ", messages.queue.cap); wait for an answer, or send /stop");
                });
  }

  private static RunOutcome outcome(RunRecord run) {
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

  void adopt(OwnRun run) {
    own.put(new Name(run.session(), run.runId()), run);
    tryStart(run);
  }

  List<OwnRun> owned() {
    return List.copyOf(own.values());
  }

  private AgentRules rulesOf(RunRequest request) {
    return rules.apply(tools.conversations().rules().agentOfKey(request.sessionKey()));
  }

  private void prod(String session, String runId) {
    OwnRun run = own.get(new Name(session, runId));
    if (run != null) {
      tryStart(run);
    }
  }

  private void prod(Next next) {
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
  void tryStart(OwnRun run) {
    if (run.isStarting() || run.execution() != null || draining) {
      return;
    }
    if (working >= rulesOf(run.request()).maxConcurrent()) {
      if (!ready.contains(run)) {
        ready.add(run);
      }
      return;
    }
    run.starting(true);
    working++;
    store
        .start(run.session(), run.runId())
        .onComplete(
            started -> {
              switch (started) {
                case Started.Now(long token, long startedAt) -> execute(run, token, startedAt);
                case Started.Waiting waiting -> letGo(run);
                case Started.Gone gone -> {
                  letGo(run);
                  release(run, RunOutcome.aborted("", null));
                }
              }
            },
            away -> {
              LOG.debug("run {} not started: {}", run.runId(), away.getMessage());
              letGo(run);
            });
  }

  private void letGo(OwnRun run) {
    run.starting(false);
    working--;
    nextReady();
  }

  private void nextReady() {
    OwnRun waiting = ready.poll();
    if (waiting != null && own.containsValue(waiting)) {
      tryStart(waiting);
    }
  }

  private void execute(OwnRun run, long token, long startedAt) {
    run.starting(false);
    AgentRules of = rulesOf(run.request());
    RunEvents told =
        new RunEvents(vertx, events, tools.clock(), run.runId(), run.session(), of.verbose());
    Execution execution =
        new Execution(tools, run.request(), told, of, token, startedAt, run.onText());
    run.begun(execution);
    execution.begin().outcome().onSuccess(wanted -> conclude(run, execution, wanted));
  }

  /** Ends a run in Redis, and tells it when that counts. */
  private void conclude(OwnRun run, Execution execution, RunOutcome wanted) {
    if (wanted.status() == RunOutcome.Status.LOST) {
      working--;
      release(run, wanted);
      nextReady();
      return;
    }
    store
        .finish(run.session(), run.runId(), state(wanted), fields(wanted, execution))
        .onComplete(
            finished -> {
              switch (finished) {
                case Finished.Over(Next next) -> {
                  tell(execution, wanted);
                  deliver(run.request(), wanted);
                  working--;
                  release(run, wanted);
                  prod(next);
                  nextReady();
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
                vertx.setTimer(RETRY_MS, again -> conclude(run, execution, wanted));
              }
            });
  }

  private static State state(RunOutcome outcome) {
    return switch (outcome.status()) {
      case DONE -> State.FINAL;
      case ABORTED -> State.ABORTED;
      default -> State.ERROR;
    };
  }

  private static Map<String, String> fields(RunOutcome outcome, Execution execution) {
    Map<String, String> fields = new HashMap<>();
    fields.put("seq", Long.toString(execution.seq()));
    if (outcome.error() != null) {
      fields.put("error", outcome.error());
    }
    fields.put("result", Json.text(outcome.result()));
    return fields;
  }

  private static void tell(Execution execution, RunOutcome outcome) {
    RunEvents told = execution.events();
    String why = execution.abortedFor();
    switch (outcome.status()) {
      case DONE -> {
        if (execution.isCommand()) {
          told.injected(outcome.text());
        } else {
          told.ended(outcome.text(), execution.startedAt());
        }
      }
      case ABORTED -> told.aborted(why == null ? "rpc" : why);
      default -> told.failed(outcome.error() == null ? LOST : outcome.error());
    }
  }

  /** Whether a message is to end what goes on, instead of being answered. */
  public static boolean isStop(String message) {
    return StopPhrases.matches(message);
  }

  private void deliver(RunRequest request, RunOutcome outcome) {
    if (request.delivery() != null) {
      tools.deliveries().deliver(request, outcome);
    }
  }

  private void release(OwnRun run, RunOutcome outcome) {
    own.remove(new Name(run.session(), run.runId()), run);
    ready.remove(run);
    run.ended(outcome);
    if (outcome.status() != RunOutcome.Status.LOST) {
      backplane.publishToAll(new RunEnded(run.runId()));
    }
  }

  /** A run is another instance's now: nothing more is said of it here. */
  void drop(OwnRun run) {
    Execution running = run.execution();
    if (running == null) {
      release(run, RunOutcome.lost());
    } else {
      running.drop();
    }
  }

  /** What was left by an instance that is gone. */
  void reaped(RunStore.Reaped left) {
    RunRecord run = left.run();
    RunRequest request = run.request();
    Next next = left.next();
    if (next == null) {
      LOG.info("run {} is taken over from {}", request.runId(), run.owner());
      adopt(new OwnRun(request, piece -> {}));
      return;
    }
    LOG.warn("run {} was lost with {}", request.runId(), run.owner());
    RunEvents told =
        new RunEvents(vertx, events, tools.clock(), request.runId(), request.sessionKey(), false);
    String abort = run.abort();
    if (abort == null) {
      told.failedAfter(run.seq(), LOST);
      deliver(request, RunOutcome.failed(LOST));
    } else {
      told.abortedAfter(run.seq(), abort);
      deliver(request, RunOutcome.aborted("", null));
    }
    tools
        .conversations()
        .find(request.sessionKey())
        .compose(
            known ->
                known.isEmpty() ? Future.<Void>succeededFuture() : fence(known.get(), run.token()))
        .onComplete(
            fenced -> {
              backplane.publishToAll(new RunEnded(request.runId()));
              prod(next);
            });
  }

  private Future<Void> fence(Conversation in, long token) {
    return tools.conversations().fence(in.sessionId(), token);
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
  public Future<List<String>> abort(String sessionKey, @Nullable String runId, String why) {
    return store
        .abort(sessionKey, runId, why)
        .compose(
            aborts -> {
              if (aborts.elsewhere()) {
                throw GatewayError.invalid("runId does not match sessionKey");
              }
              List<Future<?>> told = new ArrayList<>();
              for (RunStore.Aborted run : aborts.runs()) {
                if (run.waiting()) {
                  tellAborted(sessionKey, run.runId(), why);
                } else {
                  told.add(tellOwner(sessionKey, run, why));
                }
              }
              return Future.join(told)
                  .otherwiseEmpty()
                  .map(
                      done -> {
                        prod(aborts.next());
                        return aborts.runs().stream().map(RunStore.Aborted::runId).toList();
                      });
            });
  }

  private void tellAborted(String session, String runId, String why) {
    new RunEvents(vertx, events, tools.clock(), runId, session, false).aborted(why);
    OwnRun here = own.get(new Name(session, runId));
    if (here != null) {
      release(here, RunOutcome.aborted("", null));
    } else {
      backplane.publishToAll(new RunEnded(runId));
    }
  }

  private Future<Void> tellOwner(String session, RunStore.Aborted run, String why) {
    if (run.owner().equals(backplane.instance())) {
      return abortHere(session, run.runId(), why);
    }
    // One that does not answer finds the wish in Redis when it renews its lease, or has lost it.
    return backplane
        .request(
            run.owner(), new RunAbort(session, run.runId(), why), RunAborted.class, ABORT_WAIT_MS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  Future<Void> abortHere(String session, String runId, String why) {
    OwnRun run = own.get(new Name(session, runId));
    if (run == null) {
      return Future.succeededFuture();
    }
    Execution running = run.execution();
    if (running != null) {
      running.abort(why);
    }
    return run.outcome().mapEmpty();
  }

  /**
   * Waits until a run is over. Protocol 04 §13.
   *
   * @param timeoutMs 0 to look once
   * @return the payload of {@code agent.wait}
   */
  public Future<ObjectNode> await(String runId, long timeoutMs) {
    Future<Void> woken = waits.next(runId, Math.min(POLL_MS, timeoutMs));
    long asked = System.nanoTime();
    return store
        .find(runId)
        .compose(
            run -> {
              if (run.isPresent() && run.get().isOver()) {
                return Future.succeededFuture(run.get().waited());
              }
              return woken.compose(
                  again -> {
                    long left = timeoutMs - (System.nanoTime() - asked) / 1_000_000;
                    return left > 0 ? await(runId, left) : look(runId);
                  });
            });
  }

  private Future<ObjectNode> look(String runId) {
    return store
        .find(runId)
        .map(
            run ->
                run.isPresent() && run.get().isOver()
                    ? run.get().waited()
                    : Json.object().put("runId", runId).put("status", "timeout"));
  }

  /**
   * Takes on nothing new, hands over what waits, and lets what runs come to its end. Safe from any
   * thread.
   *
   * @param maxMs longest wait, in milliseconds
   */
  public Future<Void> drain(long maxMs) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        now -> {
          draining = true;
          List<OwnRun> waiting =
              own.values().stream()
                  .filter(run -> run.execution() == null && !run.isStarting())
                  .toList();
          store
              .handOver(waiting)
              .onComplete(
                  handed -> {
                    waiting.forEach(run -> release(run, RunOutcome.lost()));
                    finishWork(maxMs, done);
                  });
        });
    return done.future();
  }

  private void finishWork(long leftMs, Promise<Void> done) {
    if (working == 0) {
      done.complete();
    } else if (leftMs <= 0) {
      List<Future<RunOutcome>> ends = new ArrayList<>();
      for (OwnRun run : owned()) {
        Execution running = run.execution();
        if (running != null) {
          running.stop("the gateway instance is stopping");
          ends.add(run.outcome());
        }
      }
      Future.join(ends).otherwiseEmpty().onComplete(ended -> done.complete());
    } else {
      vertx.setTimer(DRAIN_LOOK_MS, timer -> finishWork(leftMs - DRAIN_LOOK_MS, done));
    }
  }
}
