package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import dev.krabkrab.gateway.platform.transport.GuardedTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one instance, or their absence, which costs nothing. Every series is there, at
 * zero, from the moment this is made.
 */
public final class Telemetry {
  private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

  /** Longest wait for a reading; gauges show the one before when it takes longer. */
  private static final long READING_MS = 1_000;

  private final @Nullable Live live;
  private final Instruments instruments;
  private volatile Supplier<Future<GaugeSnapshot>> readings =
      () -> Future.succeededFuture(GaugeSnapshot.STARTING);

  private record Live(
      String instance, Meters meters, SnapshotGauges gauges, LatencyHistogram loopDelay) {}

  private Telemetry(@Nullable Live live, Instruments instruments) {
    this.live = live;
    this.instruments = instruments;
  }

  /** No metrics. */
  public static Telemetry off() {
    return new Telemetry(null, Instruments.NONE);
  }

  /**
   * Metrics.
   *
   * @param instance id of the instance, a tag of {@code krabkrab_build_info}
   * @param version of this build
   * @param limits what the instance takes on, by the names its settings have
   */
  public static Telemetry on(String instance, String version, Map<String, Integer> limits) {
    Meters meters = new Meters();
    Instruments instruments =
        new Instruments(
            new CallMeters(meters),
            new SocketMeters(meters),
            new HandshakeMeters(meters),
            meters.counter(Series.NO_ROUTE)::increment,
            new InvokeMeters(meters),
            new ChannelMeters(meters),
            new CronMeters(meters),
            new HeartbeatMeters(meters),
            new AuditMeters(meters),
            new RedisMeters(meters),
            new BackplaneMeters(meters));
    SnapshotGauges gauges = new SnapshotGauges(meters, limits);
    String java = Runtime.version().toString();
    meters.gauge(Series.BUILD, new LongAdder(), always -> 1, version, java, instance);
    MachineMeters.bind(meters);
    LatencyHistogram loopDelay = meters.histogram(Series.LOOP_DELAY, Scale.PEOPLE);
    return new Telemetry(new Live(instance, meters, gauges, loopDelay), instruments);
  }

  /** Makes the Vert.x of the instance; once. */
  public Vertx vertx(VertxOptions options) {
    return live == null
        ? Vertx.builder().with(options).withTransport(GuardedTransport.best()).build()
        : MachineMeters.vertx(live.meters(), live.instance(), options);
  }

  /** What features count of what they do. */
  public Instruments instruments() {
    return instruments;
  }

  /** Whether anything is counted. */
  public boolean isOn() {
    return live != null;
  }

  /** Takes the longest delay of an event loop in a window, in nanoseconds. */
  public void loopDelay(long nanos) {
    if (live != null) {
      live.loopDelay().record(nanos);
    }
  }

  /** Says where gauges take their values from, at each scrape, from now on. */
  public void follow(Supplier<Future<GaugeSnapshot>> source) {
    readings = source;
  }

  /** Renders everything in the text format of Prometheus, off the event loop. */
  public Future<String> scrape(Vertx vertx) {
    Live on = Objects.requireNonNull(live, "there are no metrics");
    return readings
        .get()
        .timeout(READING_MS, TimeUnit.MILLISECONDS)
        .onSuccess(on.gauges()::show)
        .onFailure(e -> LOG.warn("gauges are not up to date: {}", e.getMessage()))
        .transform(shown -> vertx.executeBlocking(() -> on.meters().registry().scrape(), false))
        .map(Objects::requireNonNull);
  }
}
