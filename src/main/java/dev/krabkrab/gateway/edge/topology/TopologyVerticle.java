package dev.krabkrab.gateway.edge.topology;

import dev.krabkrab.gateway.access.presence.GatewayFacts;
import dev.krabkrab.gateway.edge.http.EventLoopWatch;
import dev.krabkrab.gateway.edge.http.HealthInputs;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Serves {@code cluster.status}. */
public final class TopologyVerticle extends FeatureVerticle {
  private final GatewayFacts host;
  private final HealthInputs inputs;
  private final IntSupplier drained;
  private final Echoes echoes;
  private volatile long loopDelayMs;
  private @Nullable TopologyService service;

  /**
   * @param host what is known of this host and release
   * @param drained how many clients there were when they began to be sent away
   */
  public TopologyVerticle(
      Platform platform,
      GatewayFacts host,
      HealthInputs inputs,
      IntSupplier drained,
      Echoes echoes) {
    super(platform);
    this.host = host;
    this.inputs = inputs;
    this.drained = drained;
    this.echoes = echoes;
  }

  @Override
  protected void open(RedisLink link) {
    EventLoopWatch.start(vertx, worst -> loopDelayMs = TimeUnit.NANOSECONDS.toMillis(worst));
    OwnReport own =
        new OwnReport(
            new OwnReport.Sources(
                host, inputs, platform.connections(), drained, echoes, () -> loopDelayMs),
            platform.clock().millis());
    TopologyService opened = new TopologyService(vertx, platform, new TopologyStore(link), own);
    MethodHandler status = call -> Future.succeededFuture(JsonText.of(opened.status()));
    platform.bus().serve(Map.of("cluster.status", status));
    service = opened;
  }

  /** Begins to report; call when this instance holds its lease. */
  public void report() {
    TopologyService opened = Objects.requireNonNull(service, "not deployed");
    Objects.requireNonNull(context).runOnContext(ignored -> opened.start());
  }
}
