package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.access.handshake.HandshakeMetrics;
import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;

/** Handshakes by outcome, and the time that successful ones took. */
final class HandshakeMeters implements HandshakeMetrics {
  private final LongAdder underWay = new LongAdder();
  private final EnumCounter<Outcome> outcomes;
  private final LatencyHistogram time;

  HandshakeMeters(Meters meters) {
    meters.gauge(Series.HANDSHAKING, underWay, LongAdder::sum);
    outcomes =
        new EnumCounter<>(
            Outcome.class,
            EnumSet.allOf(Outcome.class),
            outcome -> meters.counter(Series.HANDSHAKES, outcome.label()));
    time = meters.histogram(Series.HANDSHAKE_TIME, Scale.PEOPLE);
  }

  @Override
  public void began() {
    underWay.increment();
  }

  @Override
  public void finished(Outcome outcome, long tookMs) {
    underWay.decrement();
    outcomes.count(outcome);
    if (outcome == Outcome.OK) {
      time.recordMillis(tookMs);
    }
  }
}
