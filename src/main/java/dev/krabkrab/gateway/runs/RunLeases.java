package dev.krabkrab.gateway.runs;

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
  private final RunService service;
  private long renewedAtNanos = System.nanoTime();
  private boolean reaping;

  RunLeases(Vertx vertx, RunStore store, RunService service) {
    this.vertx = vertx;
    this.store = store;
    this.service = service;
  }

  void start() {
    vertx.setPeriodic(RENEW_EVERY_MS, timer -> renew());
    vertx.setPeriodic(REAP_EVERY_MS, timer -> reap());
  }

  private void renew() {
    List<OwnRun> runs = service.owned();
    long asked = System.nanoTime();
    if (runs.isEmpty()) {
      renewedAtNanos = asked;
      return;
    }
    store
        .renew(runs)
        .onComplete(
            renewed -> {
              renewedAtNanos = asked;
              for (int i = 0; i < runs.size(); i++) {
                settle(runs.get(i), renewed.get(i));
              }
            },
            away -> {
              LOG.debug("runs not renewed: {}", away.getMessage());
              if (System.nanoTime() - renewedAtNanos > TimeUnit.MILLISECONDS.toNanos(SAFE_MS)) {
                LOG.warn("{} runs are given up: Redis is away", runs.size());
                runs.forEach(service::drop);
              }
            });
  }

  private void settle(OwnRun run, RunStore.Renewed renewed) {
    String why = renewed.abort();
    if (!renewed.kept()) {
      // It may have ended while it was asked for.
      if (!run.outcome().isComplete() && !run.isEnding()) {
        service.drop(run);
      }
    } else if (why != null) {
      service.abortHere(run.session(), run.runId(), why);
    } else {
      // The message that it is its turn may have been lost.
      service.tryStart(run);
    }
  }

  private void reap() {
    if (reaping) {
      return;
    }
    reaping = true;
    store
        .reap(RunService.LOST)
        .onComplete(
            found -> {
              reaping = false;
              found.forEach(service::reaped);
            },
            away -> {
              reaping = false;
              LOG.debug("nobody looked for lost runs: {}", away.getMessage());
            });
  }
}
