package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.platform.transport.Drain;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/**
 * How one instance goes down: no new work is begun, clients are answered and sent away, leases are
 * given up.
 */
final class OrderlyStop {
  /** Part of the budget that jobs and answers to channels get to come to their end. */
  private static final int JOB_SHARE = 4;

  /** Part of it that runs get for the same. */
  private static final int RUN_SHARE = 4;

  /** Longest wait for the last audit entries, when Redis is away. */
  private static final long AUDIT_FLUSH_MS = 1_000;

  private final Core core;
  private final WorkerVerticles workers;
  private final Drain drain;

  OrderlyStop(Core core, WorkerVerticles workers, Drain drain) {
    this.core = core;
    this.workers = workers;
    this.drain = drain;
  }

  /**
   * @param budgetMs longest time for all of it, in milliseconds
   */
  Future<Void> run(long budgetMs) {
    long startedAt = System.nanoTime();
    long forJobs = budgetMs / JOB_SHARE;
    return Future.join(
            workers.channels().channels().drain(forJobs), workers.cron().service().drain(forJobs))
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .compose(quiet -> workers.runs().service().drain(budgetMs / RUN_SHARE))
        .otherwiseEmpty()
        .compose(
            idle ->
                drain.run(budgetMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt)))
        .compose(empty -> workers.presence().service().leave())
        .otherwiseEmpty()
        .compose(gone -> enterTheRest())
        .otherwiseEmpty()
        .compose(entered -> core.membership().leave())
        .otherwiseEmpty();
  }

  private Future<Void> enterTheRest() {
    workers.audit().refusals().closeWindow();
    return workers.audit().service().flush(AUDIT_FLUSH_MS);
  }
}
