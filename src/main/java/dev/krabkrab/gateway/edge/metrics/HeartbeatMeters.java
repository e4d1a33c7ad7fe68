package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.agent.heartbeat.HeartbeatMetrics;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatOutcome.Status;
import java.util.EnumSet;

/** Heartbeats by outcome; busy ones are retried and count then. */
final class HeartbeatMeters implements HeartbeatMetrics {
  private final EnumCounter<Status> outcomes;

  HeartbeatMeters(Meters meters) {
    outcomes =
        new EnumCounter<>(
            Status.class,
            EnumSet.complementOf(EnumSet.of(Status.BUSY)),
            status -> meters.counter(Series.HEARTBEATS, status.label()));
  }

  @Override
  public void finished(Status status) {
    outcomes.count(status);
  }
}
