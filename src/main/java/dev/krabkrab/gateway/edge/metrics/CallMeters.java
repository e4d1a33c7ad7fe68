package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import dev.krabkrab.gateway.platform.rpc.CallMetrics;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodSpec;
import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Calls by method; names that no method has share one line, whatever clients invent. */
final class CallMeters implements CallMetrics {
  private static final String UNKNOWN = "unknown";

  private final Method[] methods;

  private record Method(
      LongAdder requests, EnumCounter<Outcome> outcomes, LatencyHistogram latency) {
    static Method of(Meters meters, String name) {
      return new Method(
          meters.counter(Series.REQUESTS, name),
          new EnumCounter<>(
              Outcome.class,
              EnumSet.allOf(Outcome.class),
              outcome -> meters.counter(Series.CALLS, name, outcome.label())),
          meters.histogram(Series.FIRST_RESPONSE, Scale.PEOPLE, name));
    }
  }

  CallMeters(Meters meters) {
    methods = new Method[MethodCatalog.size() + 1];
    MethodCatalog.all().forEach(spec -> methods[spec.index()] = Method.of(meters, spec.name()));
    methods[MethodCatalog.size()] = Method.of(meters, UNKNOWN);
  }

  @Override
  public long arrived(@Nullable MethodSpec method) {
    of(method).requests().increment();
    return System.nanoTime();
  }

  @Override
  public void answered(@Nullable MethodSpec method, long arrivedAt, Outcome outcome) {
    Method meters = of(method);
    meters.outcomes().count(outcome);
    meters.latency().record(System.nanoTime() - arrivedAt);
  }

  private Method of(@Nullable MethodSpec method) {
    return methods[method == null ? methods.length - 1 : method.index()];
  }
}
