package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.channel.WaitingMessages;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The gauges of the last {@link GaugeSnapshot}. */
final class SnapshotGauges {
  private final Meters meters;
  private volatile GaugeSnapshot last = GaugeSnapshot.STARTING;

  /**
   * @param limits what this instance takes on, by name
   */
  SnapshotGauges(Meters meters, Map<String, Integer> limits) {
    this.meters = meters;
    gauge(Series.CONNECTIONS, reading -> reading.connections().operators(), "operator");
    gauge(Series.CONNECTIONS, reading -> reading.connections().nodes(), "node");
    gauge(Series.BACKLOGGED, reading -> reading.connections().backlogged());
    gauge(Series.PENDING_BYTES, reading -> reading.connections().pendingBytes());
    gauge(Series.LARGEST_BYTES, reading -> reading.connections().largestBytes());
    gauge(Series.APPROVALS, reading -> reading.approvals().count());
    gauge(Series.OLDEST_APPROVAL, reading -> reading.approvals().oldestAgeMs() / 1e3);
    gauge(Series.SUBSCRIBED, reading -> bit(reading.subscribed()));
    gauge(Series.INSTANCES, GaugeSnapshot::instances);
    gauge(Series.PRESENCE, GaugeSnapshot::presenceLines);
    gauge(Series.READY, reading -> bit(reading.ready()));
    gauge(Series.DEGRADED, reading -> bit(reading.degraded()));
    gauge(Series.DRAINING, reading -> bit(reading.draining()));
    gauge(Series.DRAIN_CLIENTS, GaugeSnapshot::drainClients);
    gauge(Series.DRAIN_REMAINING, SnapshotGauges::remaining);
    gauge(Series.CERTIFICATE_ENDS, GaugeSnapshot::certificateEnds);
    ChannelMeters.installed().forEach(this::channel);
    limits.forEach(this::limit);
  }

  void show(GaugeSnapshot reading) {
    last = reading;
  }

  private void channel(String channel) {
    gauge(Series.MESSAGES_WAITING, reading -> waiting(reading, channel).count(), channel);
    gauge(Series.OLDEST_MESSAGE, reading -> waiting(reading, channel).oldestAgeMs() / 1e3, channel);
  }

  private static WaitingMessages waiting(GaugeSnapshot reading, String channel) {
    return reading.waiting().getOrDefault(channel, WaitingMessages.NONE);
  }

  private void limit(String name, int most) {
    meters.gauge(Series.LIMIT, name, always -> most, name);
    gauge(Series.LIMIT_USED, reading -> reading.used().getOrDefault(name, 0.0), name);
  }

  private void gauge(Series series, ToDoubleFunction<GaugeSnapshot> value, String... values) {
    meters.gauge(series, this, gauges -> value.applyAsDouble(gauges.last), values);
  }

  private static int remaining(GaugeSnapshot reading) {
    return reading.draining()
        ? reading.connections().operators() + reading.connections().nodes()
        : 0;
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }
}
