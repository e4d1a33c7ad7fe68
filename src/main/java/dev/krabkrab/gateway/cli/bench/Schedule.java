package dev.krabkrab.gateway.cli.bench;

/**
 * The moments at which the operations of an open loop have to begin. They depend on the rate alone,
 * so a gateway that stalls is charged for every operation that would have begun meanwhile.
 *
 * @param startNanos moment of the first one, on the monotonic clock
 * @param perSecond at least 1
 */
record Schedule(long startNanos, int perSecond) {
  private static final long SECOND = 1_000_000_000L;

  /** The moment of an operation, counted from 0. */
  long intended(long index) {
    return startNanos + index / perSecond * SECOND + index % perSecond * SECOND / perSecond;
  }

  /** How many begin before a span is over. */
  long within(long nanos) {
    return nanos <= 0
        ? 0
        : nanos / SECOND * perSecond + (nanos % SECOND * perSecond + SECOND - 1) / SECOND;
  }
}
