package dev.krabkrab.gateway.edge.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Durations counted in buckets, for less than the histograms of libraries take: ADR 25 has the
 * figures.
 */
final class LatencyHistogram {
  /** Upper bounds of buckets. */
  static final class Scale {
    /** For what people wait for: 1 ms to 10 s. */
    static final Scale PEOPLE = new Scale(1, 5, 25, 100, 500, 2_500, 10_000);

    /** For what machines do among themselves: 0.25 ms to 1 s. */
    static final Scale MACHINES = new Scale(0.25, 1, 5, 25, 100, 500, 1_000);

    private final long[] nanos;
    private final List<Double> seconds;

    private Scale(double... millis) {
      this.nanos = Arrays.stream(millis).mapToLong(ms -> (long) (ms * 1_000_000)).toArray();
      this.seconds =
          DoubleStream.concat(
                  Arrays.stream(millis).map(ms -> ms / 1_000),
                  DoubleStream.of(Double.POSITIVE_INFINITY))
              .boxed()
              .toList();
    }
  }

  private final Scale scale;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  LatencyHistogram(Scale scale) {
    this.scale = scale;
    this.counts =
        Stream.generate(LongAdder::new).limit(scale.nanos.length + 1).toArray(LongAdder[]::new);
  }

  void record(long nanos) {
    int bucket = 0;
    while (bucket < scale.nanos.length && nanos > scale.nanos[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(nanos);
  }

  void recordMillis(long millis) {
    record(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  ClassicHistogramBuckets buckets() {
    List<Long> values = Arrays.stream(counts).map(LongAdder::sum).toList();
    return ClassicHistogramBuckets.of(scale.seconds, values);
  }

  double sumSeconds() {
    return sum.sum() / 1e9;
  }
}
