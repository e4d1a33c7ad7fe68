package dev.krabkrab.gateway.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Latencies in microseconds, failures by code, and the same of parts of an operation. Written by
 * the event loop, read when it is at rest; {@link #count} and {@link #failures} may be read
 * meanwhile.
 */
final class Recorder {
  private static final long LONGEST_US = 3_600_000_000L;
  private static final int DIGITS = 3;

  private final Histogram latencies = new Histogram(LONGEST_US, DIGITS);
  private final Map<String, Long> errors = new TreeMap<>();
  private final Map<String, Recorder> parts = new LinkedHashMap<>();
  private volatile long count;
  private volatile long failures;

  /** One that succeeded. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void record(long nanos) {
    latencies.recordValue(Math.clamp(nanos / 1_000, 1, LONGEST_US));
    count++;
  }

  /** One that did not. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void failed(String code) {
    errors.merge(code, 1L, Long::sum);
    failures++;
  }

  /** The latencies of a part, which is made when it is missing. */
  Recorder part(String name) {
    return parts.computeIfAbsent(name, made -> new Recorder());
  }

  long count() {
    return count;
  }

  long failures() {
    return failures;
  }

  Histogram latencies() {
    return latencies;
  }

  Map<String, Long> errors() {
    return errors;
  }

  Map<String, Recorder> parts() {
    return parts;
  }
}
