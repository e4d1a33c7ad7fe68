package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.access.handshake.PlainSocketBounds;
import dev.krabkrab.gateway.edge.http.EventLoopWatch;
import dev.krabkrab.gateway.edge.http.HealthInputs;
import dev.krabkrab.gateway.edge.http.ManagementServer;
import dev.krabkrab.gateway.edge.http.Probes;
import dev.krabkrab.gateway.edge.metrics.Telemetry;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.config.ManagementSettings;
import dev.krabkrab.gateway.platform.config.PlainSettings;
import dev.krabkrab.gateway.platform.redis.LinkHealth;
import dev.krabkrab.gateway.platform.redis.RedisRefusal;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The management port of one instance, open from its first moment to its last. */
public final class Management implements HealthInputs {
  private volatile Stage stage = Stage.STARTING;
  private final Telemetry telemetry;
  private volatile @Nullable LinkHealth links;
  private volatile @Nullable Backplane backplane;
  private volatile @Nullable EventLoopWatch loops;
  private volatile boolean waitsForRedis;
  private volatile int port;

  public Management(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** Opens it; fails with {@link ManagementPortException} when the port cannot be had. */
  public Future<Void> open(
      Vertx vertx, ManagementSettings settings, PlainSettings plain, InstantSource clock) {
    Deployable verticle =
        own -> {
          loops = EventLoopWatch.start(vertx, telemetry::loopDelay);
          Probes probes = new Probes(this);
          PlainSocketBounds bounds =
              PlainSocketBounds.ofManagement(plain, telemetry.instruments().sockets(), clock);
          return new ManagementServer(
                  vertx,
                  settings.port(),
                  settings.bind(),
                  probes,
                  () -> telemetry.scrape(vertx),
                  bounds.sockets(vertx)::watch)
              .listen()
              .onSuccess(
                  taken -> {
                    bounds.gate().guard(vertx, taken);
                    port = taken;
                  })
              .recover(e -> Future.failedFuture(new ManagementPortException(settings, e)));
        };
    return vertx.deployVerticle(verticle).mapEmpty();
  }

  /** The port that answers, or 0. */
  public int port() {
    return port;
  }

  /**
   * The instance serves clients from now on.
   *
   * @param redis its connections to Redis
   * @param others how it hears of other instances
   */
  public synchronized void serving(LinkHealth redis, Backplane others) {
    links = redis;
    backplane = others;
    if (stage == Stage.STARTING) {
      stage = Stage.SERVING;
    }
  }

  /** Whether the start waits for Redis now. */
  public void waitingForRedis(boolean waiting) {
    waitsForRedis = waiting;
  }

  /** The instance sends its clients away from now on. */
  public synchronized void draining() {
    stage = Stage.DRAINING;
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public boolean waitsForRedis() {
    return waitsForRedis;
  }

  @Override
  public long loopSilenceMs() {
    EventLoopWatch watch = loops;
    return watch == null ? 0 : watch.silenceMs();
  }

  @Override
  public boolean redisConnected() {
    LinkHealth redis = links;
    return redis != null && redis.complete();
  }

  @Override
  public @Nullable String redisRefusal() {
    LinkHealth redis = links;
    RedisRefusal refusal = redis == null ? null : redis.refusal();
    return refusal == null ? null : refusal.label();
  }

  @Override
  public boolean hearsOthers() {
    Backplane others = backplane;
    return others != null && others.subscribed();
  }
}
