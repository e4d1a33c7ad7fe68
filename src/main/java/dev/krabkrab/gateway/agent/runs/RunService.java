package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentRules;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.CloseDevice;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.PersonSentAway;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunEnded;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.RunTurn;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs of all sessions, wherever they were requested: one at a time in a session, in order, in the
 * whole cluster. The instance that takes the request carries a run out; when it dies, what waits is
 * taken over and what ran is reported lost, never run again. Made on, and for, one context.
 * Protocol 04 §4, §7, §13, §25.
 */
public final class RunService {
  private static final long RETRY_MS = 500;
  private static final long POLL_MS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final RunStore store;
  private final Backplane backplane;
  private final RunWaits waits;
  private final LocalRuns own;
  private final RunAborts aborts;
  private final RunTakeover heir;
  private final RunRevocations revocations;

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
    this.waits = new RunWaits(vertx);
    this.own = new LocalRuns(store, backplane, events, tools, rules, this::expired);
    this.aborts = new RunAborts(store, backplane, events, tools, own);
    this.revocations = new RunRevocations(tools, own, aborts);
    this.heir = new RunTakeover(backplane, events, tools, own);
  }

  /** Begins to listen and to look after runs. */
  public void start() {
    backplane.on(RunEnded.class, received -> waits.finished(received.message().runId()));
    backplane.on(
        RunTurn.class,
        received -> own.prod(received.message().session(), received.message().runId()));
    backplane.on(CloseDevice.class, received -> revocations.lost(received.message()));
    backplane.on(PersonSentAway.class, received -> revocations.withdrawn());
    aborts.start();
    new RunLeases(vertx, store, own, aborts, heir).start();
  }

  /** The outcome of submitting a run. */
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

    /** One of that id is over. */
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
    if (own.isDraining()) {
      return Future.failedFuture(
          new GatewayError(
              ErrorShape.retryable("this gateway instance is stopping; retry", RETRY_MS)));
    }
    AgentRules rules = own.rulesOf(request);
    if (!rules.known()) {
      return Future.failedFuture(GatewayError.invalid(rules.unknown()));
    }
    int most = rules.queued() + 1;
    return store
        .begin(request, most)
        .map(
            begun ->
                switch (begun) {
                  case RunStore.Begun.Queued(long createdAt, String behind) -> {
                    if (!behind.isEmpty()) {
                      own.approvalNotices().behind(request, behind);
                    }
                    LocalRun run = new LocalRun(request, onText);
                    own.adopt(run);
                    yield new Submitted.Accepted(createdAt, run.outcome());
                  }
                  case RunStore.Begun.Known(RunRecord run) ->
                      run.isOver()
                          ? new Submitted.Over(RunEndings.outcome(run))
                          : new Submitted.InFlight(run.createdAt());
                  case RunStore.Begun.Full full ->
                      throw GatewayError.unavailable(
                          "too many messages wait in this session ("
                              + most
                              + ", messages.queue.cap); wait for an answer, or send /stop");
                });
  }

  private void expired(LocalRun run) {
    revocations.end(run);
  }

  /** Ends runs of those whose named token or user is in the settings no more. */
  void endWithdrawn() {
    revocations.withdrawn();
  }

  /** Whether a message is to end what goes on, instead of being answered. */
  public static boolean isStop(String message) {
    return StopPhrases.matches(message);
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
    return aborts.abort(sessionKey, runId, why);
  }

  /**
   * Waits until a run is over. Protocol 04 §13.
   *
   * @param timeoutMs 0 to look once
   * @return the payload of {@code agent.wait}
   */
  public Future<ObjectNode> await(String runId, long timeoutMs) {
    Future<Void> woken = waits.next(runId, Math.min(POLL_MS, timeoutMs));
    long startedAtNanos = System.nanoTime();
    return store
        .find(runId)
        .compose(
            run -> {
              if (run.isPresent() && run.get().isOver()) {
                return Future.succeededFuture(run.get().waited());
              }
              return woken.compose(
                  again -> {
                    long left = timeoutMs - (System.nanoTime() - startedAtNanos) / 1_000_000;
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
    return Future.future(done -> context.runOnContext(now -> own.drain(maxMs).onComplete(done)));
  }
}
