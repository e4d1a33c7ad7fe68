package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.config.ManagementSettings;
import dev.krabkrab.gateway.config.PlainSettings;
import dev.krabkrab.gateway.http.EventLoopWatch;
import dev.krabkrab.gateway.http.ManagementServer;
import dev.krabkrab.gateway.http.Probes;
import dev.krabkrab.gateway.http.Vitals;
import dev.krabkrab.gateway.metrics.Telemetry;
import dev.krabkrab.gateway.redis.RedisRefusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The management port of one instance, open from its first moment to its last. */
final class Management implements Vitals {
  private volatile Stage stage = Stage.STARTING;
  private final Telemetry telemetry;
  private volatile @Nullable Core core;
  private volatile @Nullable EventLoopWatch loops;
  private volatile int port;

  Management(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** Opens it; fails with {@link ManagementPortException} when the port cannot be had. */
  Future<Void> open(
      Vertx vertx, ManagementSettings settings, PlainSettings plain, InstantSource clock) {
    return OwnContext.open(
        vertx,
        own -> {
          loops = EventLoopWatch.start(own, telemetry::loopDelay);
          Probes probes = new Probes(this);
          PlainRoom room = PlainRoom.ofManagement(plain, telemetry.instruments().sockets(), clock);
          return new ManagementServer(
                  own,
                  settings.port(),
                  settings.bind(),
                  probes,
                  () -> telemetry.scrape(own),
                  room.sockets(own)::watch)
              .listen()
              .onSuccess(
                  taken -> {
                    room.gate().guard(own, taken);
                    port = taken;
                  })
              .recover(e -> Future.failedFuture(new ManagementPortException(settings, e)))
              .mapEmpty();
        });
  }

  /** The port that answers, or 0. */
  int port() {
    return port;
  }

  /** The instance serves clients from now on. */
  synchronized void serving(
      Core opened, WorkerRooms.Opened rooms, LimitReadings limits, Drain drain) {
    core = opened;
    telemetry.follow(new Readings(opened, rooms, limits, drain, this));
    if (stage == Stage.STARTING) {
      stage = Stage.SERVING;
    }
  }

  /** The instance sends its clients away from now on. */
  synchronized void draining() {
    stage = Stage.DRAINING;
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public long loopSilenceMs() {
    EventLoopWatch watch = loops;
    return watch == null ? 0 : watch.silenceMs();
  }

  @Override
  public boolean redisConnected() {
    Core opened = core;
    return opened != null && opened.links().complete();
  }

  @Override
  public @Nullable String redisRefusal() {
    Core opened = core;
    RedisRefusal refusal = opened == null ? null : opened.links().refusal();
    return refusal == null ? null : refusal.label();
  }

  @Override
  public boolean hearsOthers() {
    Core opened = core;
    return opened != null && opened.backplane().subscribed();
  }
}
