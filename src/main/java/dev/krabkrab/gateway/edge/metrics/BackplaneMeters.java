package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import dev.krabkrab.gateway.platform.cluster.BackplaneMetrics;
import java.util.concurrent.atomic.LongAdder;

/** Metrics of messages between instances. */
final class BackplaneMeters implements BackplaneMetrics {
  private final LatencyHistogram time;
  private final LongAdder echoesLost;
  private final LongAdder subscriptionsLost;

  BackplaneMeters(Meters meters) {
    time = meters.histogram(Series.BACKPLANE_TIME, Scale.MACHINES);
    echoesLost = meters.counter(Series.ECHOES_LOST);
    subscriptionsLost = meters.counter(Series.SUBSCRIPTIONS_LOST);
  }

  @Override
  public void echoed(long nanos) {
    time.record(nanos);
  }

  @Override
  public void echoLost() {
    echoesLost.increment();
  }

  @Override
  public void subscriptionLost() {
    subscriptionsLost.increment();
  }
}
