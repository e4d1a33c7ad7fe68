package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.access.presence.PresenceService;
import dev.krabkrab.gateway.channel.ChannelService;
import dev.krabkrab.gateway.channel.WaitingMessages;
import dev.krabkrab.gateway.control.approvals.ApprovalService;
import dev.krabkrab.gateway.control.approvals.PendingApprovals;
import dev.krabkrab.gateway.edge.http.HealthInputs;
import dev.krabkrab.gateway.edge.http.HealthInputs.Stage;
import dev.krabkrab.gateway.edge.metrics.GaugeSnapshot;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.transport.ConnectionStats;
import dev.krabkrab.gateway.platform.transport.Drain;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Asks the verticles of a running instance what its gauges show. */
public final class GaugeCollector implements Supplier<Future<GaugeSnapshot>> {
  private static final long WAITING_MS = 400;

  private final Platform platform;
  private final ApprovalService approvals;
  private final PresenceService presence;
  private final ChannelService channels;
  private final LimitUsage limits;
  private final Drain drain;
  private final LongSupplier certificateEnds;
  private final HealthInputs inputs;
  private volatile Map<String, WaitingMessages> lastWaiting = Map.of();

  /**
   * The sources of the gauges.
   *
   * @param certificateEnds when the served certificate ends, in seconds of Unix time, 0 without TLS
   * @param inputs how the instance is
   */
  public record Sources(
      Platform platform,
      ApprovalService approvals,
      PresenceService presence,
      ChannelService channels,
      LongSupplier certificateEnds,
      HealthInputs inputs) {}

  /**
   * @param limits how much of them is used
   * @param drain who is being sent away
   */
  public GaugeCollector(Sources sources, LimitUsage limits, Drain drain) {
    this.platform = sources.platform();
    this.approvals = sources.approvals();
    this.presence = sources.presence();
    this.channels = sources.channels();
    this.certificateEnds = sources.certificateEnds();
    this.inputs = sources.inputs();
    this.limits = limits;
    this.drain = drain;
  }

  @Override
  public Future<GaugeSnapshot> get() {
    // Counted here, on the caller's loop, rather than on that of a verticle.
    ConnectionStats connections = platform.connections().survey();
    Future<PendingApprovals> pending = approvals.pending();
    Future<Integer> lines = presence.lines();
    Future<Map<String, Double>> used = limits.used(connections);
    Future<Map<String, WaitingMessages>> waiting = waiting();
    return Future.all(pending, lines, used, waiting)
        .map(
            all ->
                reading(
                    connections,
                    pending.result(),
                    lines.result(),
                    used.result(),
                    waiting.result()));
  }

  /** As it was last when Redis does not answer: the other gauges must not wait for it. */
  private Future<Map<String, WaitingMessages>> waiting() {
    return channels
        .waitingMessages()
        .timeout(WAITING_MS, TimeUnit.MILLISECONDS)
        .onSuccess(now -> lastWaiting = now)
        .otherwise(away -> lastWaiting);
  }

  private GaugeSnapshot reading(
      ConnectionStats connections,
      PendingApprovals approvals,
      int presenceLines,
      Map<String, Double> used,
      Map<String, WaitingMessages> waiting) {
    boolean ready = inputs.stage() == Stage.SERVING;
    boolean whole =
        inputs.redisConnected() && inputs.redisRefusal() == null && inputs.hearsOthers();
    return new GaugeSnapshot(
        ready,
        ready && !whole,
        inputs.stage() == Stage.DRAINING,
        drain.clients(),
        inputs.hearsOthers(),
        platform.membership().live().size(),
        connections,
        approvals,
        presenceLines,
        certificateEnds.getAsLong(),
        used,
        waiting);
  }
}
