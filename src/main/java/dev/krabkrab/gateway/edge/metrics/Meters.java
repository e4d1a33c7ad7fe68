package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * Makes the meters of the table {@link Series}. What is counted often is a plain adder that the
 * registry looks at only when it is read.
 */
final class Meters {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Series, HistogramFamily> families = new EnumMap<>(Series.class);

  Meters() {
    registry.config().meterFilter(MeterFilter.deny(MachineMeters::isUnwanted));
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** A counter, with values for the tags of the series. */
  LongAdder counter(Series series, String... values) {
    LongAdder adder = new LongAdder();
    FunctionCounter.builder(series.wire(), adder, LongAdder::sum)
        .description(series.help())
        .tags(tags(series, values))
        .register(registry);
    return adder;
  }

  /** A gauge that shows what a function says of an object when it is read. */
  <T> void gauge(Series series, T subject, ToDoubleFunction<T> value, String... values) {
    Gauge.builder(series.wire(), subject, value)
        .strongReference(true)
        .description(series.help())
        .tags(tags(series, values))
        .register(registry);
  }

  LatencyHistogram histogram(Series series, Scale scale, String... values) {
    LatencyHistogram histogram = new LatencyHistogram(scale);
    HistogramFamily family = families.computeIfAbsent(series, this::family);
    Labels labels = Labels.EMPTY;
    for (int i = 0; i < values.length; i++) {
      labels = labels.add(series.tags().get(i), values[i]);
    }
    family.add(labels, histogram);
    return histogram;
  }

  Tags tags(Series series, String... values) {
    if (values.length != series.tags().size()) {
      throw new IllegalArgumentException(series + " has the tags " + series.tags());
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(series.tags().get(i), values[i]);
    }
    return tags;
  }

  private HistogramFamily family(Series series) {
    HistogramFamily family = new HistogramFamily(series);
    registry.getPrometheusRegistry().register(family);
    return family;
  }
}
