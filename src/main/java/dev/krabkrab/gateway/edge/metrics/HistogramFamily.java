package dev.krabkrab.gateway.edge.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The histograms of one series, as Prometheus' client collects them. */
final class HistogramFamily implements Collector {
  private final Series series;
  private final List<Member> members = new CopyOnWriteArrayList<>();

  private record Member(Labels labels, LatencyHistogram histogram) {
    HistogramDataPointSnapshot snapshot() {
      return HistogramDataPointSnapshot.builder()
          .labels(labels)
          .classicHistogramBuckets(histogram.buckets())
          .sum(histogram.sumSeconds())
          .build();
    }
  }

  HistogramFamily(Series series) {
    this.series = series;
  }

  void add(Labels labels, LatencyHistogram histogram) {
    members.add(new Member(labels, histogram));
  }

  @Override
  public HistogramSnapshot collect() {
    HistogramSnapshot.Builder builder =
        HistogramSnapshot.builder().name(series.wire()).help(series.help());
    members.forEach(member -> builder.dataPoint(member.snapshot()));
    return builder.build();
  }

  @Override
  public MetricFamilyDescriptor getMetricFamilyDescriptor() {
    return MetricFamilyDescriptor.histogram(series.wire()).help(series.help()).build();
  }
}
