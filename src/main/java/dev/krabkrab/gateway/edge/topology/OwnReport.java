package dev.krabkrab.gateway.edge.topology;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.presence.GatewayFacts;
import dev.krabkrab.gateway.edge.http.HealthInputs;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.transport.ConnectionStats;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells how this instance is. Safe from any thread. */
public final class OwnReport {
  private final Sources sources;
  private final long upSinceMs;

  /**
   * Where it is read from.
   *
   * @param host what is known of this host and release
   * @param drained how many clients there were when they began to be sent away; 0 before
   * @param loopDelayMs the longest delay of an event loop of late
   */
  public record Sources(
      GatewayFacts host,
      HealthInputs inputs,
      LocalConnections connections,
      IntSupplier drained,
      Echoes echoes,
      LongSupplier loopDelayMs) {}

  /**
   * @param upSinceMs when this instance started
   */
  public OwnReport(Sources sources, long upSinceMs) {
    this.sources = sources;
    this.upSinceMs = upSinceMs;
  }

  ObjectNode read() {
    ObjectNode report = Json.object();
    String reason = degraded();
    boolean draining = sources.inputs().stage() == HealthInputs.Stage.DRAINING;
    report.put("host", sources.host().host()).put("version", sources.host().version());
    report.put("state", draining ? "draining" : reason == null ? "ready" : "degraded");
    Json.putIfPresent(report, "reason", reason);
    report.put("upSinceMs", upSinceMs);
    ConnectionStats stats = sources.connections().survey();
    report
        .putObject("connections")
        .put("operators", stats.operators())
        .put("nodes", stats.nodes())
        .put("total", stats.operators() + stats.nodes());
    if (draining) {
      report
          .putObject("drain")
          .put("left", stats.operators() + stats.nodes())
          .put("of", Math.max(sources.drained().getAsInt(), stats.operators() + stats.nodes()));
    }
    report.put("outboxBytes", stats.pendingBytes());
    report.put("eventLoopDelayMs", sources.loopDelayMs().getAsLong());
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    report.put("heapBytes", heap.getUsed()).put("heapMaxBytes", Math.max(0, heap.getMax()));
    report.put("subscribed", sources.inputs().hearsOthers());
    double echoMs = sources.echoes().lastMs();
    if (echoMs >= 0) {
      report.put("backplaneMs", echoMs);
    }
    return report;
  }

  /** Why this instance is not whole, or null. */
  @Nullable String degraded() {
    HealthInputs inputs = sources.inputs();
    String refusal = inputs.redisRefusal();
    if (!inputs.redisConnected()) {
      return "Redis is not connected; what needs it is refused";
    }
    if (refusal != null) {
      return "Redis refuses commands (" + refusal + ")";
    }
    return inputs.hearsOthers() ? null : "messages of other instances do not arrive";
  }
}
