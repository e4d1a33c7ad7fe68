package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import dev.krabkrab.gateway.platform.redis.RedisMetrics;
import dev.krabkrab.gateway.platform.redis.RedisRefusal;
import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;

/** Metrics of all links of an instance to Redis, taken together. */
final class RedisMeters implements RedisMetrics {
  private final LongAdder links = new LongAdder();
  private final LongAdder connected = new LongAdder();
  private final LongAdder outstanding = new LongAdder();
  private final LongAdder reconnects;
  private final LongAdder late;
  private final LatencyHistogram time;
  private final EnumCounter<RedisRefusal> refusals;

  RedisMeters(Meters meters) {
    meters.gauge(Series.REDIS_LINKS, links, LongAdder::sum);
    meters.gauge(Series.REDIS_CONNECTED, connected, LongAdder::sum);
    meters.gauge(Series.REDIS_OUTSTANDING, outstanding, LongAdder::sum);
    reconnects = meters.counter(Series.REDIS_RECONNECTS);
    late = meters.counter(Series.REDIS_LATE);
    time = meters.histogram(Series.REDIS_TIME, Scale.MACHINES);
    refusals =
        new EnumCounter<>(
            RedisRefusal.class,
            EnumSet.allOf(RedisRefusal.class),
            kind -> meters.counter(Series.REDIS_REFUSALS, kind.label()));
  }

  @Override
  public void opened() {
    links.increment();
  }

  @Override
  public void closed() {
    links.decrement();
  }

  @Override
  public void connected(boolean again) {
    connected.increment();
    if (again) {
      reconnects.increment();
    }
  }

  @Override
  public void disconnected() {
    connected.decrement();
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  @Override
  public void answered(long sentAt) {
    time.record(System.nanoTime() - sentAt);
  }

  @Override
  public void outstanding(int change) {
    outstanding.add(change);
  }

  @Override
  public void late() {
    late.increment();
  }

  @Override
  public void refused(RedisRefusal kind) {
    refusals.count(kind);
  }
}
