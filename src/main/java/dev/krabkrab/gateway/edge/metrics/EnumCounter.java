package dev.krabkrab.gateway.edge.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** A counter for each of some values of an enum; others are not counted. */
final class EnumCounter<E extends Enum<E>> {
  private final Map<E, LongAdder> counters;

  /** Makes the counters with the given function. */
  EnumCounter(Class<E> type, Iterable<E> values, Function<E, LongAdder> counter) {
    counters = new EnumMap<>(type);
    values.forEach(value -> counters.put(value, counter.apply(value)));
  }

  void count(E value) {
    LongAdder counter = counters.get(value);
    if (counter != null) {
      counter.increment();
    }
  }
}
