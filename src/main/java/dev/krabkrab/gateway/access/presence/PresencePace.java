package dev.krabkrab.gateway.access.presence;

/**
 * How often an instance tells its connections of presence. Each event carries all rows to each
 * listener, so what a change costs grows with rows times listeners: the rest between two events
 * grows with it, and a storm of changes costs no more than a steady rate. Protocol 01d §10.3.
 */
final class PresencePace {
  /** Shortest rest, in milliseconds: a small crowd hears of changes at once. */
  static final long MIN_REST_MS = 250;

  /** Longest rest, in milliseconds: how far behind the largest crowd may be. */
  static final long MAX_REST_MS = 30_000;

  /** What presence events may cost an instance, in bytes to all its connections a millisecond. */
  private static final long BYTES_PER_MS = 4_000;

  /** System events in a row that are told each by itself, and come back one a shortest rest. */
  static final int BEACONS_AT_ONCE = 16;

  /** What one of them may cost, in bytes to all connections. */
  private static final long CHEAP_BYTES = 128 * 1024;

  private PresencePace() {}

  /** Whether an event costs so little that it need not wait for the rest after another one. */
  static boolean isCheap(int bytes, int listeners) {
    return (long) bytes * listeners <= CHEAP_BYTES;
  }

  /**
   * How long to rest after an event, in milliseconds.
   *
   * @param bytes of all rows, encoded
   * @param listeners connections of this instance
   */
  static long restMs(int bytes, int listeners) {
    return Math.clamp((long) bytes * listeners / BYTES_PER_MS, MIN_REST_MS, MAX_REST_MS);
  }
}
