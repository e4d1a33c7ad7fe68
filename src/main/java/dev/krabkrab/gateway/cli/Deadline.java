package dev.krabkrab.gateway.cli;

import java.time.Duration;

/** The moment a wait ends, on the monotonic clock. */
record Deadline(long nanos) {

  static Deadline in(Duration span) {
    return new Deadline(System.nanoTime() + span.toNanos());
  }

  /** What is left, never negative. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }
}
