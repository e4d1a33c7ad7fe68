package dev.krabkrab.gateway.agent.heartbeat;

import dev.krabkrab.gateway.agent.heartbeat.HeartbeatOutcome.Status;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatStore.Claim;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs heartbeats. Every instance looks for one that is due; whoever claims it runs it. An agent
 * has one at a time in the whole cluster. Belongs to one context. Protocol 03 §21.
 */
final class HeartbeatRunner {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatRunner.class);

  private static final long LEASE_MS = 15_000;
  private static final long RENEW_EVERY_MS = 4_000;
  private static final long LONGEST_WAIT_MS = 1_000;
  private static final long BUSY_AGAIN_MS = 1_000;
  private static final long POLL_MS = 250;
  private static final long PATIENCE_MS = 120_000;

  private final Vertx vertx;
  private final Context home;
  private final HeartbeatStore store;
  private final SystemEventService events;
  private final HeartbeatTurns turns;
  private final Supplier<HeartbeatSettings> settings;
  private final Broadcaster broadcaster;
  private final Ids ids;
  private final InstantSource clock;
  private HeartbeatMetrics metrics = HeartbeatMetrics.NONE;
  private boolean looking;

  HeartbeatRunner(
      Vertx vertx,
      HeartbeatStore store,
      HeartbeatSources sources,
      Broadcaster broadcaster,
      Ids ids,
      InstantSource clock) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.store = store;
    this.settings = sources.settings();
    this.events = sources.events();
    this.turns = sources.turns();
    this.broadcaster = broadcaster;
    this.ids = ids;
    this.clock = clock;
  }

  void measure(HeartbeatMetrics with) {
    metrics = with;
  }

  /** Looks for due heartbeats from now on. */
  void start() {
    if (turns.available()) {
      vertx.setPeriodic(LONGEST_WAIT_MS, timer -> look());
    }
  }

  /** Looks a moment from now. */
  void soon(long ms) {
    if (turns.available()) {
      vertx.setTimer(ms, timer -> look());
    }
  }

  /** Runs an agent's heartbeat now, or as soon as the one that is going on is over. */
  Future<HeartbeatResult> now(HeartbeatAgent agent, String reason) {
    return turns.available()
        ? now(agent, reason, clock.millis() + PATIENCE_MS)
        : Future.succeededFuture(HeartbeatResult.skipped(HeartbeatTurns.NO_RUNTIME));
  }

  private Future<HeartbeatResult> now(HeartbeatAgent agent, String reason, long untilMs) {
    String token = ids.uuid();
    return store
        .claim(agent, token, LEASE_MS, reason)
        .compose(
            claim ->
                switch (claim) {
                  case Claim.Go go -> run(agent, token, reason);
                  case Claim.Off off -> Future.succeededFuture(off());
                  case Claim.Busy busy -> Future.succeededFuture(busy());
                  case Claim.Wait wait -> Future.succeededFuture(busy());
                })
        .compose(
            outcome -> {
              if (outcome.status() != Status.BUSY) {
                return Future.succeededFuture(HeartbeatResult.of(outcome));
              }
              if (clock.millis() >= untilMs) {
                return Future.succeededFuture(
                    HeartbeatResult.skipped("timeout waiting for main lane to become idle"));
              }
              return vertx
                  .timer(POLL_MS, TimeUnit.MILLISECONDS)
                  .compose(later -> now(agent, reason, untilMs));
            });
  }

  private static HeartbeatOutcome off() {
    return new HeartbeatOutcome(Status.SKIPPED, "disabled", null, null, null);
  }

  private static HeartbeatOutcome busy() {
    return new HeartbeatOutcome(Status.BUSY, "busy", null, null, null);
  }

  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    List<Future<Void>> given = new ArrayList<>();
    settings.get().agents().forEach(agent -> given.add(look(agent)));
    Future.join(given)
        .onFailure(e -> LOG.debug("heartbeats not read: {}", e.getMessage()))
        .onComplete(done -> looking = false);
  }

  private Future<Void> look(HeartbeatAgent agent) {
    String token = ids.uuid();
    return store
        .claim(agent, token, LEASE_MS, "")
        .map(
            claim -> {
              switch (claim) {
                case Claim.Go go ->
                    run(agent, token, go.reason())
                        .onSuccess(outcome -> askAgain(agent, go.reason(), outcome))
                        .onFailure(e -> LOG.warn("heartbeat failed: {}", e.getMessage()));
                case Claim.Wait wait when wait.ms() < LONGEST_WAIT_MS ->
                    soon(Math.max(1, wait.ms()));
                default -> {}
              }
              return null;
            });
  }

  private void askAgain(HeartbeatAgent agent, String reason, HeartbeatOutcome outcome) {
    if (outcome.status() == Status.BUSY) {
      store
          .ask(List.of(agent), BUSY_AGAIN_MS, reason)
          .onFailure(e -> LOG.debug("heartbeat not asked for again: {}", e.getMessage()));
    }
  }

  private Future<HeartbeatOutcome> run(HeartbeatAgent agent, String token, String reason) {
    long startedAt = System.nanoTime();
    long renewal =
        vertx.setPeriodic(
            RENEW_EVERY_MS,
            timer ->
                Future.all(
                        store.hold(agent, token, LEASE_MS),
                        events.keep(agent.sessionKey(), token, LEASE_MS))
                    .onFailure(e -> LOG.debug("heartbeat not renewed: {}", e.getMessage())));
    return events
        .take(agent.sessionKey(), token, LEASE_MS)
        .compose(happened -> turn(new HeartbeatTurn(agent, happened, reason)))
        .compose(outcome -> settle(agent, token, outcome))
        .compose(outcome -> publish(outcome, startedAt))
        .eventually(
            () -> {
              vertx.cancelTimer(renewal);
              return store.hold(agent, token, 0);
            });
  }

  /** Comes back to this context. */
  private Future<HeartbeatOutcome> turn(HeartbeatTurn turn) {
    Promise<HeartbeatOutcome> promise = Promise.promise();
    Future<HeartbeatOutcome> running;
    try {
      running = turns.run(turn);
    } catch (RuntimeException e) {
      running = Future.failedFuture(e);
    }
    running
        .otherwise(e -> HeartbeatOutcome.failed(String.valueOf(e.getMessage())))
        .onSuccess(outcome -> home.runOnContext(back -> promise.complete(outcome)));
    return promise.future();
  }

  /** What was not delivered to the agent waits for its next turn. */
  private Future<HeartbeatOutcome> settle(
      HeartbeatAgent agent, String token, HeartbeatOutcome outcome) {
    boolean undelivered = outcome.status() == Status.BUSY || outcome.status() == Status.FAILED;
    Future<Boolean> settled =
        undelivered
            ? events.putBack(agent.sessionKey(), token)
            : events.delivered(agent.sessionKey(), token);
    return settled.map(outcome);
  }

  private Future<HeartbeatOutcome> publish(HeartbeatOutcome outcome, long startedAt) {
    if (outcome.status() == Status.BUSY) {
      return Future.succeededFuture(outcome);
    }
    metrics.finished(outcome.status());
    long durationMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    JsonText payload = JsonText.of(outcome.toJson(clock.millis(), durationMs));
    return store
        .setLast(payload.toString())
        .map(
            done -> {
              broadcaster.broadcast(EventType.HEARTBEAT, payload);
              return outcome;
            });
  }
}
