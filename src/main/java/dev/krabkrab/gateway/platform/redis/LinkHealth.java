package dev.krabkrab.gateway.platform.redis;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether all links of an instance are connected, and whether Redis serves what they ask.
 * After an outage each link comes back in its own time, so one that has is no sign that calls over
 * the others are served again. Safe from any thread.
 */
public final class LinkHealth implements RedisMetrics {
  /** For how long a refusal counts, in nanoseconds: renewals of leases repeat it sooner. */
  private static final long REFUSAL_NANOS = 5_000_000_000L;

  /**
   * An error reply that says that Redis cannot serve.
   *
   * @param atNanos by the system's monotonic clock
   */
  private record Refused(RedisRefusal kind, long atNanos) {}

  private final RedisMetrics metrics;
  private volatile @Nullable Refused last;
  private final AtomicInteger missing = new AtomicInteger();

  /**
   * @param metrics told everything too
   */
  public LinkHealth(RedisMetrics metrics) {
    this.metrics = metrics;
  }

  /** Whether no link is without a connection. */
  public boolean complete() {
    return missing.get() == 0;
  }

  /** What Redis refused commands with in the last five seconds; null when it served them. */
  public @Nullable RedisRefusal refusal() {
    Refused refused = last;
    return refused != null && System.nanoTime() - refused.atNanos() < REFUSAL_NANOS
        ? refused.kind()
        : null;
  }

  @Override
  public void opened() {
    missing.incrementAndGet();
    metrics.opened();
  }

  @Override
  public void closed() {
    missing.decrementAndGet();
    metrics.closed();
  }

  @Override
  public void connected(boolean again) {
    missing.decrementAndGet();
    metrics.connected(again);
  }

  @Override
  public void disconnected() {
    missing.incrementAndGet();
    metrics.disconnected();
  }

  @Override
  public long now() {
    return metrics.now();
  }

  @Override
  public void answered(long sentAt) {
    metrics.answered(sentAt);
  }

  @Override
  public void outstanding(int change) {
    metrics.outstanding(change);
  }

  @Override
  public void late() {
    metrics.late();
  }

  @Override
  public void refused(RedisRefusal kind) {
    last = new Refused(kind, System.nanoTime());
    metrics.refused(kind);
  }
}
