package dev.krabkrab.gateway.agent.cron;

import dev.krabkrab.gateway.agent.cron.CronAnswers.Claim;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Look;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the due times. Every instance does; whoever claims a due time first runs it, and nobody
 * else can. Belongs to one context. Protocol 03 §22.3, §22.4.
 */
final class CronTicker {
  private static final Logger LOG = LoggerFactory.getLogger(CronTicker.class);

  /** A due time seen later than this was missed, in milliseconds. */
  static final long GRACE_MS = 60_000;

  private static final int BATCH = 32;
  private static final long LONGEST_WAIT_MS = 1_000;
  private static final long BUSY_WAIT_MS = 500;

  /** How long after Redis has come back lost runs are let be, in milliseconds. */
  private static final long SETTLE_MS = 3_000;

  private final Vertx vertx;
  private final CronStore store;
  private final CronRuns runs;
  private final Supplier<CronSettings> settings;
  private final String instance;
  private final Ids ids;
  private final Random random;
  private long timer = -1;
  private long connectedAtNanos = System.nanoTime();
  private boolean working;
  private boolean again;
  private boolean stopped;

  /**
   * In whose name due times are claimed.
   *
   * @param ids makes a token for each claim
   */
  record Claimant(String instance, Ids ids) {}

  CronTicker(
      Vertx vertx,
      CronStore store,
      CronRuns runs,
      Supplier<CronSettings> settings,
      Claimant claimant,
      Random random) {
    this.vertx = vertx;
    this.store = store;
    this.runs = runs;
    this.settings = settings;
    this.instance = claimant.instance();
    this.ids = claimant.ids();
    this.random = random;
    runs.onEnd(this::poke);
  }

  /** Redis is back. Whoever still holds a run gets the time to say so before it is given up. */
  void connected() {
    connectedAtNanos = System.nanoTime();
    poke();
  }

  /** Looks now. */
  void poke() {
    if (stopped) {
      return;
    }
    if (working) {
      again = true;
      return;
    }
    vertx.cancelTimer(timer);
    working = true;
    again = false;
    store
        .look(BATCH)
        .compose(this::work)
        .otherwise(
            e -> {
              LOG.debug("due times not read: {}", e.getMessage());
              return LONGEST_WAIT_MS;
            })
        .onSuccess(this::lookAfter);
  }

  /** Claims nothing from now on. */
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  private void lookAfter(long delayMs) {
    working = false;
    if (again) {
      poke();
    } else if (!stopped) {
      timer = vertx.setTimer(Math.max(1, delayMs), due -> poke());
    }
  }

  /** Answers how long to wait before the next look, in milliseconds. */
  private Future<Long> work(Look look) {
    List<Future<Void>> given = new ArrayList<>();
    if (System.nanoTime() - connectedAtNanos > TimeUnit.MILLISECONDS.toNanos(SETTLE_MS)) {
      look.lost().forEach(job -> given.add(runs.giveUp(job, look.nowMs())));
    }
    Future<Void> cleaned = Future.join(given).<Void>mapEmpty().otherwiseEmpty();
    if (!settings.get().enabled()) {
      return cleaned.map(LONGEST_WAIT_MS);
    }
    List<CronJob> due = new ArrayList<>(look.due());
    // Instances that look at the same time begin with different jobs.
    Collections.shuffle(due, random);
    long wait =
        due.size() >= BATCH
            ? 0
            : Math.min(LONGEST_WAIT_MS, look.next().orElse(Long.MAX_VALUE) - look.nowMs());
    return cleaned.compose(done -> claim(due.iterator(), look.nowMs(), wait));
  }

  private Future<Long> claim(Iterator<CronJob> due, long nowMs, long waitMs) {
    if (stopped || !due.hasNext()) {
      return Future.succeededFuture(waitMs);
    }
    int most = settings.get().maxConcurrentRuns();
    if (runs.count() >= most) {
      return Future.succeededFuture(BUSY_WAIT_MS);
    }
    return claim(due.next(), nowMs, most)
        .compose(
            result ->
                result == Claim.BUSY
                    ? Future.succeededFuture(BUSY_WAIT_MS)
                    : claim(due, nowMs, waitMs));
  }

  private Future<Claim> claim(CronJob job, long nowMs, int mostAtOnce) {
    OptionalLong next = OptionalLong.empty();
    String reason = missed(job, nowMs) ? "missed: no gateway was there" : null;
    try {
      next = job.schedule().next(nowMs);
    } catch (GatewayError noLongerValid) {
      reason = noLongerValid.getMessage();
    }
    return claim(job, next, reason, reason == null ? mostAtOnce : 0);
  }

  private boolean missed(CronJob job, long nowMs) {
    return !job.once()
        && settings.get().missedRuns() == MissedRuns.SKIP
        && nowMs - job.next().orElse(nowMs) > GRACE_MS;
  }

  /** Claims a due time, to run the job or to skip it for a reason. */
  private Future<Claim> claim(
      CronJob job, OptionalLong next, @Nullable String reason, int mostAtOnce) {
    String token = ids.uuid();
    long requestedAtNanos = System.nanoTime();
    return store
        .claimDue(job, next, token, instance, CronRuns.LEASE_MS, mostAtOnce)
        .map(
            claimed -> {
              if (claimed.result() == Claim.CLAIMED && isOver(requestedAtNanos)) {
                LOG.warn("cron job {}: claimed too late to run it", job.id());
              } else if (claimed.result() == Claim.CLAIMED && reason != null) {
                runs.skip(job, token, claimed.atMs(), next, reason);
              } else if (claimed.result() == Claim.CLAIMED) {
                runs.start(job, token, claimed.atMs(), next, false);
              }
              return claimed.result();
            });
  }

  /** An instance that was stopped with a claim in flight finds its run given up by the others. */
  private static boolean isOver(long requestedAtNanos) {
    long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - requestedAtNanos);
    return waited >= CronRuns.LEASE_MS / 2;
  }
}
