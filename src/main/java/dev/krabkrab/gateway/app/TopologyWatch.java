package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.presence.GatewayFacts;
import dev.krabkrab.gateway.edge.http.HealthInputs;
import dev.krabkrab.gateway.edge.topology.Echoes;
import dev.krabkrab.gateway.edge.topology.TopologyVerticle;
import dev.krabkrab.gateway.platform.cluster.BackplaneMetrics;
import dev.krabkrab.gateway.platform.transport.Drain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Has this instance tell the others how it is, from when it serves clients. */
final class TopologyWatch {
  private final Vertx vertx;
  private final HealthInputs inputs;
  private final Echoes echoes;
  private volatile @Nullable Drain drain;
  private volatile @Nullable TopologyVerticle verticle;

  /**
   * @param metrics is told of the way of messages as well
   */
  TopologyWatch(Vertx vertx, HealthInputs inputs, BackplaneMetrics metrics) {
    this.vertx = vertx;
    this.inputs = inputs;
    this.echoes = new Echoes(metrics);
  }

  /** Serves what is known of all instances. */
  Future<?> deploy(Core core, String version) {
    core.backplane().measure(echoes);
    IntSupplier drained =
        () -> {
          Drain now = drain;
          return now == null ? 0 : now.clients();
        };
    return vertx
        .executeBlocking(() -> GatewayFacts.ofThisHost(version, System.getenv()))
        .compose(
            host -> {
              TopologyVerticle made =
                  new TopologyVerticle(
                      core.platform(), Objects.requireNonNull(host), inputs, drained, echoes);
              verticle = made;
              return vertx.deployVerticle(made);
            });
  }

  /**
   * Begins to report; call when this instance holds its lease.
   *
   * @param prepared who will be sent away
   */
  void report(Drain prepared) {
    drain = prepared;
    Objects.requireNonNull(verticle, "not deployed").report();
  }
}
