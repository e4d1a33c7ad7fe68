package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.agent.cron.CronMetrics;
import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Runs of jobs that began and that failed, and how late they began. */
final class CronMeters implements CronMetrics {
  private final LongAdder started;
  private final LongAdder failed;
  private final LatencyHistogram late;

  CronMeters(Meters meters) {
    started = meters.counter(Series.CRON_RUNS);
    failed = meters.counter(Series.CRON_FAILURES);
    late = meters.histogram(Series.CRON_LATE, Scale.PEOPLE);
  }

  @Override
  public void started() {
    started.increment();
  }

  @Override
  public void late(long ms) {
    late.record(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Override
  public void failed() {
    failed.increment();
  }
}
