package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was measured: latencies, and what gateway and generator used between {@link #begin} and
 * {@link #end}, summed over several such spans. The main thread's.
 */
final class Measured {
  private final Recorder recorder = new Recorder();
  private final ObjectNode details = JsonNodeFactory.instance.objectNode();
  private final @Nullable ServerMeter meter;
  private final long loopThread;
  private long nanos;
  private long serverNanos;
  private long ownNanos;
  private long loopNanos;
  private long loopWall;
  private long memoryStart = -1;
  private long memoryEnd;
  private long memoryPeak;
  private Span from = new Span(0, 0, 0, 0);

  /** Readings at the begin of a span. */
  private record Span(long server, long own, long loop, long at) {}

  /**
   * @param loopThread id of the generator's thread
   */
  Measured(@Nullable ServerMeter meter, long loopThread) {
    this.meter = meter;
    this.loopThread = loopThread;
  }

  Recorder recorder() {
    return recorder;
  }

  /** What one workload alone has to say. */
  ObjectNode details() {
    return details;
  }

  /** Nanoseconds in which operations were made. */
  long nanos() {
    return nanos;
  }

  long serverNanos() {
    return serverNanos;
  }

  long memoryStart() {
    return Math.max(0, memoryStart);
  }

  long memoryPeak() {
    return memoryPeak;
  }

  void begin() {
    long server = 0;
    if (meter != null) {
      ServerMeter.Usage usage = meter.read();
      server = usage.cpuNanos();
      memoryStart = memoryStart < 0 ? usage.memoryBytes() : memoryStart;
      memoryPeak = Math.max(memoryPeak, usage.memoryBytes());
    }
    from = new Span(server, own(), loop(), System.nanoTime());
  }

  /** Looks at the memory in between. */
  void glance() {
    if (meter != null && meter.isFree()) {
      memoryPeak = Math.max(memoryPeak, meter.read().memoryBytes());
    }
  }

  /** The operations are over, and what follows them in the gateway is not. */
  void operated(long operated) {
    nanos += operated;
    loopNanos += loop() - from.loop();
    loopWall += System.nanoTime() - from.at();
  }

  void end() {
    if (meter != null) {
      ServerMeter.Usage usage = meter.read();
      serverNanos += usage.cpuNanos() - from.server();
      memoryEnd = usage.memoryBytes();
      memoryPeak = Math.max(memoryPeak, usage.memoryBytes());
    }
    ownNanos += own() - from.own();
  }

  private static long own() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private long loop() {
    return Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(loopThread));
  }

  /** Adds all of it to a report. */
  void describe(ObjectNode report) {
    long operations = recorder.count();
    double seconds = nanos / 1e9;
    report.put("seconds", rounded(seconds));
    report.put("operations", operations).put("failures", recorder.failures());
    recorder.errors().forEach(report.putObject("errors")::put);
    report.put("perSecond", rounded(seconds > 0 ? operations / seconds : 0));
    latencies(recorder, report.putObject("latencyMs"));
    ObjectNode parts = report.putObject("parts");
    recorder.parts().forEach((name, part) -> latencies(part, parts.putObject(name)));
    if (meter != null) {
      report
          .putObject("server")
          .put("cpuMs", rounded(serverNanos / 1e6))
          .put("cpuUsPerOperation", each(serverNanos, operations))
          .put("memory", meter.memory())
          .put("memoryStartBytes", memoryStart())
          .put("memoryEndBytes", memoryEnd)
          .put("memoryPeakBytes", memoryPeak);
    }
    report
        .putObject("generator")
        .put("cpuMs", rounded(ownNanos / 1e6))
        .put("cpuUsPerOperation", each(ownNanos, operations))
        .put("loopShare", rounded(loopWall > 0 ? (double) loopNanos / loopWall : 0));
    report.set("details", details);
  }

  /** Microseconds for each of them. */
  static double each(long nanos, long operations) {
    return operations == 0 ? 0 : rounded(nanos / 1e3 / operations);
  }

  private static void latencies(Recorder recorder, ObjectNode into) {
    Histogram all = recorder.latencies();
    into.put("count", recorder.count())
        .put("mean", rounded(all.getMean() / 1e3))
        .put("p50", all.getValueAtPercentile(50) / 1e3)
        .put("p95", all.getValueAtPercentile(95) / 1e3)
        .put("p99", all.getValueAtPercentile(99) / 1e3)
        .put("max", all.getMaxValue() / 1e3);
  }

  static double rounded(double value) {
    return Math.round(value * 1_000) / 1e3;
  }
}
