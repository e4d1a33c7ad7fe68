package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.control.nodes.InvokeMetrics;
import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;

/** Invokes by outcome, and how many are under way. */
final class InvokeMeters implements InvokeMetrics {
  private final LongAdder inFlight = new LongAdder();
  private final EnumCounter<Outcome> outcomes;
  private final LongAdder refused;

  InvokeMeters(Meters meters) {
    meters.gauge(Series.INVOKES_IN_FLIGHT, inFlight, LongAdder::sum);
    refused = meters.counter(Series.NODE_EVENTS_REFUSED);
    outcomes =
        new EnumCounter<>(
            Outcome.class,
            EnumSet.allOf(Outcome.class),
            outcome -> meters.counter(Series.INVOKES, outcome.label()));
  }

  @Override
  public void began() {
    inFlight.increment();
  }

  @Override
  public void finished(Outcome outcome) {
    inFlight.decrement();
    outcomes.count(outcome);
  }

  @Override
  public void eventRefused() {
    refused.increment();
  }
}
