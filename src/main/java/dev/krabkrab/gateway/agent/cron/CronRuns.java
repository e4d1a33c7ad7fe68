package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Ending;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Fate;
import dev.krabkrab.gateway.agent.cron.CronAnswers.FinishResult;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs this instance has claimed: holds their leases, and ends each with its line in the log.
 * Belongs to one context. Protocol 03 §22.4.
 */
final class CronRuns {
  private static final Logger LOG = LoggerFactory.getLogger(CronRuns.class);

  /** Life of a run's lease without renewal, in milliseconds of Redis time. */
  static final long LEASE_MS = 10_000;

  private static final long RENEW_EVERY_MS = 3_000;

  /** Waits before a one-time job that failed is tried again, in milliseconds. */
  private static final long[] BACK_OFF_MS = {30_000, 60_000, 300_000};

  private static final int LOG_CHARACTERS = 1_000;
  private static final Backoff WAITS = Backoff.steady(1_000);
  private static final int MOST_RETRIES = 60;

  private final Vertx vertx;
  private final CronStore store;
  private final CronExecutor executor;
  private final CronEvents events;
  private final RandomGenerator random;
  private final Map<String, Run> active = new HashMap<>();
  private Runnable onEnd = () -> {};
  private CronMetrics metrics = CronMetrics.NONE;

  /**
   * A claimed run.
   *
   * @param next what the job's next due time is after it
   * @param byHand requested, not due
   */
  record Run(CronJob job, String token, long atMs, OptionalLong next, boolean byHand, long nanos) {}

  CronRuns(
      Vertx vertx,
      CronStore store,
      CronExecutor executor,
      CronEvents events,
      RandomGenerator random) {
    this.vertx = vertx;
    this.store = store;
    this.executor = executor;
    this.events = events;
    this.random = random;
    vertx.setPeriodic(RENEW_EVERY_MS, timer -> renew());
  }

  void measure(CronMetrics with) {
    metrics = with;
  }

  /** Calls this after each run. */
  void onEnd(Runnable listener) {
    onEnd = listener;
  }

  /** How many this instance holds. */
  int count() {
    return active.size();
  }

  /** Runs a claimed job; complete when that has finished, never failed. */
  Future<Void> start(CronJob job, String token, long atMs, OptionalLong next, boolean byHand) {
    Run run = new Run(job, token, atMs, next, byHand, System.nanoTime());
    active.put(token, run);
    events.started(job.id(), atMs);
    metrics.started();
    if (!byHand) {
      metrics.late(Math.max(0, atMs - job.next().orElse(atMs)));
    }
    return executor.run(job).compose(outcome -> end(run, outcome));
  }

  /** Ends a claimed run without running it. */
  Future<Void> skip(CronJob job, String token, long atMs, OptionalLong next, String reason) {
    Run run = new Run(job, token, atMs, next, false, System.nanoTime());
    active.put(token, run);
    return end(run, CronOutcome.skipped(null, reason));
  }

  /** Ends a run whose instance is gone. */
  Future<Void> giveUp(CronJob job, long nowMs) {
    String token = job.run();
    if (token == null) {
      return Future.succeededFuture();
    }
    long atMs = job.runAt().orElse(nowMs);
    OptionalLong next = job.once() ? OptionalLong.empty() : job.next();
    CronOutcome outcome = CronOutcome.error("gateway instance lost");
    long durationMs = Math.max(0, nowMs - atMs);
    ObjectNode line = line(job, atMs, durationMs, outcome, next);
    Fate fate = job.once() ? Fate.DISABLE : Fate.KEEP;
    Map<String, String> state = state(job, atMs, durationMs, outcome);
    return store
        .finish(new Ending(job, token, true, line, job.once(), next, fate, state))
        .onSuccess(
            result -> {
              if (result == FinishResult.OK || result == FinishResult.REMOVED) {
                LOG.warn("cron job {}: the instance of its run is gone", job.id());
                metrics.failed();
                events.finished(line);
              }
            })
        .mapEmpty();
  }

  /** Waits for what runs, and then gives the rest up. */
  Future<Void> drain(long budgetMs) {
    Promise<Void> quiet = Promise.promise();
    onEnd =
        () -> {
          if (active.isEmpty()) {
            quiet.tryComplete();
          }
        };
    onEnd.run();
    long timer = vertx.setTimer(Math.max(1, budgetMs), late -> quiet.tryComplete());
    return quiet
        .future()
        .compose(
            over -> {
              vertx.cancelTimer(timer);
              CronOutcome outcome = CronOutcome.error("gateway instance stopped");
              List<Future<Void>> given = new ArrayList<>();
              List.copyOf(active.values()).forEach(run -> given.add(finish(run, outcome, 0)));
              return Future.join(given).mapEmpty();
            });
  }

  private Future<Void> end(Run run, CronOutcome outcome) {
    return finish(run, outcome, MOST_RETRIES);
  }

  private Future<Void> finish(Run run, CronOutcome outcome, int retries) {
    if (!active.containsKey(run.token())) {
      return Future.succeededFuture();
    }
    Ending ending = ending(run, outcome);
    return store
        .finish(ending)
        .onSuccess(
            result -> {
              if (outcome.status() == CronStatus.ERROR) {
                metrics.failed();
              }
              finished(run, ending.logLine(), result);
            })
        .<Void>mapEmpty()
        .recover(e -> again(run, outcome, retries, e));
  }

  /** While Redis is away a run stays this instance's own, until its lease is known to be over. */
  private Future<Void> again(Run run, CronOutcome outcome, int retries, Throwable cause) {
    if (retries == 0) {
      LOG.warn("cron job {}: end not entered: {}", run.job().id(), cause.getMessage());
      forget(run);
      return Future.succeededFuture();
    }
    return vertx
        .timer(WAITS.waitMs(1, 0, random), TimeUnit.MILLISECONDS)
        .compose(later -> finish(run, outcome, retries - 1));
  }

  private void finished(Run run, ObjectNode line, FinishResult how) {
    if (active.containsKey(run.token())
        && (how == FinishResult.OK || how == FinishResult.REMOVED)) {
      events.finished(line);
      if (how == FinishResult.REMOVED) {
        events.removed(run.job().id());
      }
    }
    forget(run);
  }

  private void forget(Run run) {
    active.remove(run.token());
    onEnd.run();
  }

  private Ending ending(Run run, CronOutcome outcome) {
    CronJob job = run.job();
    long durationMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - run.nanos());
    long nowMs = run.atMs() + durationMs;
    boolean failed = outcome.status() == CronStatus.ERROR;
    OptionalLong next = run.next();
    Fate fate = Fate.KEEP;
    boolean setNext = job.once() && !(run.byHand() && failed);
    if (setNext) {
      next = failed ? retry(job, nowMs) : OptionalLong.empty();
      boolean done = outcome.status() == CronStatus.OK && job.deletedAfterRun();
      fate = done ? Fate.REMOVE : next.isPresent() ? Fate.KEEP : Fate.DISABLE;
    }
    return new Ending(
        job,
        run.token(),
        false,
        line(job, run.atMs(), durationMs, outcome, next),
        setNext,
        next,
        fate,
        state(job, run.atMs(), durationMs, outcome));
  }

  private static OptionalLong retry(CronJob job, long nowMs) {
    int failures = job.failures();
    return failures < BACK_OFF_MS.length
        ? OptionalLong.of(nowMs + BACK_OFF_MS[failures])
        : OptionalLong.empty();
  }

  private static ObjectNode line(
      CronJob job, long atMs, long durationMs, CronOutcome outcome, OptionalLong next) {
    ObjectNode line =
        Json.object()
            .put("ts", atMs + durationMs)
            .put("jobId", job.id())
            .put("action", "finished")
            .put("status", outcome.status().wire());
    String error = outcome.error();
    String summary = outcome.summary();
    Json.putIfPresent(line, "error", error == null ? null : shortened(error));
    Json.putIfPresent(line, "summary", summary == null ? null : shortened(summary));
    line.put("runAtMs", atMs).put("durationMs", durationMs);
    CronEvents.putNext(line, next);
    return line;
  }

  private static String shortened(String text) {
    return CronExecutor.cut(text, LOG_CHARACTERS);
  }

  private static Map<String, String> state(
      CronJob job, long atMs, long durationMs, CronOutcome outcome) {
    String error = outcome.error();
    boolean failed = outcome.status() == CronStatus.ERROR;
    return Map.of(
        CronJob.LAST_RUN,
        Long.toString(atMs),
        CronJob.LAST_STATUS,
        outcome.status().wire(),
        CronJob.LAST_ERROR,
        error == null ? "" : shortened(error),
        CronJob.LAST_DURATION,
        Long.toString(durationMs),
        CronJob.FAILURES,
        Integer.toString(failed ? job.failures() + 1 : 0));
  }

  /** Prolongs the leases of all runs of this instance. */
  void renew() {
    Map<String, String> tokens = new HashMap<>();
    active.values().forEach(run -> tokens.put(run.job().id(), run.token()));
    if (!tokens.isEmpty()) {
      store
          .renew(tokens, LEASE_MS)
          .onSuccess(lost -> lost.forEach(id -> LOG.warn("cron job {}: its run was given up", id)))
          .onFailure(e -> LOG.debug("leases of cron runs not renewed: {}", e.getMessage()));
    }
  }
}
