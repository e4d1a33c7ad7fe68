package dev.krabkrab.gateway.platform.net;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts, in milliseconds: the first one, twice as long after each further failure,
 * up to the longest one, and each by a random part of up to its half longer. So there is always a
 * floor between two attempts, and instances that failed together do not come back together. It only
 * says how long; whoever asks sets the timer.
 *
 * @param firstMs wait after the first failure, without its random part
 * @param longestMs the wait does not grow beyond this, without its random part
 */
public record Backoff(long firstMs, long longestMs) {
  public Backoff {
    if (firstMs < 2 || longestMs < firstMs) {
      throw new IllegalArgumentException("waits from " + firstMs + " to " + longestMs + " ms");
    }
  }

  /** The same wait after each failure, but for its random part. */
  public static Backoff steady(long ms) {
    return new Backoff(ms, ms);
  }

  /**
   * The wait after a failure.
   *
   * @param failures in a row, this one included; at least 1
   * @param atLeastMs what the peer asked for, which the random part comes on top of
   */
  public long waitMs(long failures, long atLeastMs, RandomGenerator random) {
    long wait = firstMs;
    for (long i = 1; i < failures && wait < longestMs; i++) {
      wait *= 2;
    }
    wait = Math.min(wait, longestMs);
    return Math.max(wait, atLeastMs) + random.nextLong(wait / 2 + 1);
  }

  /** Counts attempts of one kind, from now on. */
  public Attempts attempts(RandomGenerator random) {
    return attempts(random, System::nanoTime);
  }

  /** The same with another clock, in nanoseconds. */
  Attempts attempts(RandomGenerator random, LongSupplier nanos) {
    return new Attempts(this, random, nanos);
  }

  /**
   * Failures in a row against one peer, and how long to wait after them. For one thread at a time.
   */
  public static final class Attempts {
    private final Backoff waits;
    private final RandomGenerator random;
    private final LongSupplier nanos;
    private long failures;
    private long begun;
    private long served;
    private boolean serving;

    private Attempts(Backoff waits, RandomGenerator random, LongSupplier nanos) {
      this.waits = waits;
      this.random = random;
      this.nanos = nanos;
      this.begun = nanos.getAsLong();
    }

    /** An attempt begins. */
    public void begin() {
      begun = nanos.getAsLong();
    }

    /**
     * The peer is of use from now on. Failures are forgotten only when it stays so for the longest
     * wait: one that answers well and hangs up at once is not hurried back to.
     */
    public void serving() {
      if (!serving) {
        serving = true;
        served = nanos.getAsLong();
      }
    }

    /** Whether the peer has been of use for the longest wait. */
    public boolean isTrusted() {
      return serving && nanos.getAsLong() - served >= toNanos(waits.longestMs);
    }

    /** Failures are forgotten: what was tried is done. */
    public void reset() {
      failures = 0;
      serving = false;
    }

    /** Failures in a row so far. */
    public long failures() {
      return failures;
    }

    /** One more has failed, or what served has ended: how long to wait. */
    public long nextMs() {
      return nextMs(0);
    }

    /** The same for a peer that asked to be left alone for so long. */
    public long nextMs(long atLeastMs) {
      if (isTrusted()) {
        failures = 0;
      }
      serving = false;
      failures++;
      return waits.waitMs(failures, atLeastMs, random);
    }

    /**
     * The rest of the first wait since the last attempt began, 0 when it is over: for a peer that
     * answered well, but at once.
     */
    public long restMs() {
      long since = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun);
      return Math.max(0, waits.waitMs(1, 0, random) - since);
    }

    private static long toNanos(long ms) {
      return TimeUnit.MILLISECONDS.toNanos(ms);
    }
  }
}
