package dev.krabkrab.gateway.redis;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows whether all links of an instance are connected. After an outage each comes back in its own
 * time, so one that has is no sign that calls over the others are served again. Safe from any
 * thread.
 */
public final class LinkCensus implements RedisMetrics {
  private final RedisMetrics metrics;
  private final AtomicInteger missing = new AtomicInteger();

  /**
   * @param metrics told everything too
   */
  public LinkCensus(RedisMetrics metrics) {
    this.metrics = metrics;
  }

  /** Whether no link is without a connection. */
  public boolean complete() {
    return missing.get() == 0;
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
}
