package dev.krabkrab.gateway.edge.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.krabkrab.gateway.platform.transport.GuardedTransport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The Java machine, the process and Vert.x' worker pools. */
final class MachineMeters {
  private static final double NANOS = 1e9;
  private static final String WORKER = "worker";
  private static final String VIRTUAL = "vert.x-virtual-thread";

  /** What Vert.x can count for each message or byte; we count what we need where it is cheaper. */
  private static final Set<MetricsDomain> TOO_DEAR =
      EnumSet.complementOf(EnumSet.of(MetricsDomain.NAMED_POOLS));

  /** Meters of Micrometer's whose series have names of our own here. */
  private static final Set<String> RENAMED = Set.of("process.cpu.time", "system.cpu.count");

  private MachineMeters() {}

  static void bind(Meters meters) {
    MeterRegistry registry = meters.registry();
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    process(meters);
    // Micrometer's own binder makes its timers when the first collection ends.
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionTimer.builder(
              Series.GC.wire(),
              gc,
              GarbageCollectorMXBean::getCollectionCount,
              GarbageCollectorMXBean::getCollectionTime,
              TimeUnit.MILLISECONDS)
          .description(Series.GC.help())
          .tags(meters.tags(Series.GC, gc.getName()))
          .register(registry);
    }
  }

  /** Under the names that Prometheus' own libraries give them; Micrometer has others. */
  private static void process(Meters meters) {
    meters.gauge(Series.PROCESSORS, Runtime.getRuntime(), runtime -> runtime.availableProcessors());
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    if (system instanceof UnixOperatingSystemMXBean unix) {
      FunctionCounter.builder(
              Series.PROCESS_CPU.wire(), unix, bean -> bean.getProcessCpuTime() / NANOS)
          .description(Series.PROCESS_CPU.help())
          .register(meters.registry());
      meters.gauge(Series.OPEN_FILES, unix, UnixOperatingSystemMXBean::getOpenFileDescriptorCount);
      meters.gauge(Series.MAX_FILES, unix, UnixOperatingSystemMXBean::getMaxFileDescriptorCount);
    }
  }

  /** Vert.x that shows its worker pools in the registry, and nothing else. */
  static Vertx vertx(Meters meters, String name, VertxOptions options) {
    MicrometerMetricsOptions shown =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setRegistryName(name)
            .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME))
            .addDisabledMetricsCategory("redis");
    TOO_DEAR.forEach(domain -> shown.addDisabledMetricsCategory(domain.toCategory()));
    return Vertx.builder()
        .with(options.setMetricsOptions(shown))
        .withTransport(GuardedTransport.best())
        .withMetrics(new MicrometerMetricsFactory(meters.registry()))
        .build();
  }

  /** What Micrometer or Vert.x would show and nobody is to see. */
  static boolean isUnwanted(Meter.Id id) {
    return RENAMED.contains(id.getName()) || isForeignPool(id);
  }

  /**
   * Pools of Redis clients are named by chance, and made anew for each attempt to connect; the pool
   * of virtual threads has no size.
   */
  private static boolean isForeignPool(Meter.Id id) {
    return id.getName().startsWith(MetricsDomain.NAMED_POOLS.getPrefix())
        && (!WORKER.equals(id.getTag(Label.POOL_TYPE.toString()))
            || VIRTUAL.equals(id.getTag(Label.POOL_NAME.toString())));
  }
}
