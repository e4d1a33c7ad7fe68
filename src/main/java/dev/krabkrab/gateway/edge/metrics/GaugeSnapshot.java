package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.channel.WaitingMessages;
import dev.krabkrab.gateway.control.approvals.PendingApprovals;
import dev.krabkrab.gateway.platform.transport.ConnectionStats;
import java.util.Map;

/**
 * The values of all gauges of an instance at one moment.
 *
 * @param ready new connections are welcome
 * @param degraded it is ready, but Redis or the other instances cannot be reached
 * @param draining clients are being sent away
 * @param drainClients how many there were when that began, else 0
 * @param subscribed messages of other instances arrive
 * @param instances live instances this one knows of, itself included
 * @param presenceLines lines of presence it knows, of all instances
 * @param certificateEnds when the served certificate ends, in seconds of Unix time, 0 without TLS
 * @param used how much of each limit is used, by its name and in its unit; of one that is not
 *     there, nothing
 * @param waiting what waits to be said, by channel; of one where nothing waits, nothing
 */
public record GaugeSnapshot(
    boolean ready,
    boolean degraded,
    boolean draining,
    int drainClients,
    boolean subscribed,
    int instances,
    ConnectionStats connections,
    PendingApprovals approvals,
    int presenceLines,
    long certificateEnds,
    Map<String, Double> used,
    Map<String, WaitingMessages> waiting) {

  /** An instance that has just begun to start. */
  public static final GaugeSnapshot STARTING =
      new GaugeSnapshot(
          false,
          false,
          false,
          0,
          false,
          0,
          ConnectionStats.EMPTY,
          PendingApprovals.NONE,
          0,
          0,
          Map.of(),
          Map.of());
}
