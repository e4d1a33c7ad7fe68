package dev.krabkrab.gateway.agent.runs;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this instance's runs its own, and takes over behind instances that are gone. Protocol 04
 * §25.1, §25.5.
 */
final class RunLeases {
  private static final Logger LOG = LoggerFactory.getLogger(RunLeases.class);
  private static final long RENEW_EVERY_MS = 4_000;
  private static final long REAP_EVERY_MS = 2_000;

  /** Before its runs are taken from it, an instance that cannot renew them gives them up. */
  private static final long SAFE_MS = RunStore.LEASE_MS - 2_000;

  private final Vertx vertx;
  private final RunStore store;
  private final LocalRuns own;
  private final RunAborts aborts;
  private final RunTakeover heir;
  private long renewedAtNanos = System.nanoTime();
  private boolean reaping;

  RunLeases(Vertx vertx, RunStore store, LocalRuns own, RunAborts aborts, RunTakeover heir) {
    this.vertx = vertx;
    this.store = store;
    this.own = own;
    this.aborts = aborts;
    this.heir = heir;
  }

  void start() {
    vertx.setPeriodic(RENEW_EVERY_MS, timer -> renew());
    vertx.setPeriodic(REAP_EVERY_MS, timer -> reap());
  }

  private void renew() {
    List<LocalRun> runs = own.owned();
    long sentAtNanos = System.nanoTime();
    if (runs.isEmpty()) {
      renewedAtNanos = sentAtNanos;
      return;
    }
    store
        .renew(runs)
        .onComplete(
            renewed -> {
              renewedAtNanos = sentAtNanos;
              for (int i = 0; i < runs.size(); i++) {
                settle(runs.get(i), renewed.get(i));
              }
            },
            away -> {
              LOG.debug("runs not renewed: {}", away.getMessage());
              if (System.nanoTime() - renewedAtNanos > TimeUnit.MILLISECONDS.toNanos(SAFE_MS)) {
                LOG.warn("{} runs are given up: Redis is away", runs.size());
                runs.forEach(own::drop);
              }
            });
  }

  private void settle(LocalRun run, RunStore.Renewed renewed) {
    String why = renewed.abort();
    if (!renewed.kept()) {
      // It may have ended while it was requested.
      if (!run.outcome().isComplete() && !run.isEnding()) {
        own.drop(run);
      }
    } else if (why != null) {
      aborts.here(run.session(), run.runId(), why);
    } else {
      // The message that it is its turn may have been lost.
      own.tryStart(run);
    }
  }

  private void reap() {
    if (reaping) {
      return;
    }
    reaping = true;
    store
        .reap(RunEndings.LOST)
        .onComplete(
            found -> {
              reaping = false;
              found.forEach(heir::inherit);
            },
            away -> {
              reaping = false;
              LOG.debug("nobody looked for lost runs: {}", away.getMessage());
            });
  }
}
