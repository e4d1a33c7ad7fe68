package dev.krabkrab.gateway.auth;

/**
 * How often an address may be wrong about a secret. Protocol 05 §7.
 *
 * @param maxAttempts wrong secrets within the window that lock an address out, 1 to {@value
 *     #MOST_ATTEMPTS}
 * @param windowMs length of the sliding window in milliseconds, {@value #SHORTEST_MS} to {@value
 *     #LONGEST_MS}
 * @param lockoutMs how long the lock-out lasts in milliseconds, in the same range
 * @param exemptLoopback whether clients on the gateway's own host are neither counted nor locked
 *     out
 */
public record GuessLimits(int maxAttempts, long windowMs, long lockoutMs, boolean exemptLoopback) {
  public static final int MOST_ATTEMPTS = 1000;
  public static final long SHORTEST_MS = 100;
  public static final long LONGEST_MS = 86_400_000;

  /** 10 in a minute lock out for 5 minutes; own host exempt. */
  public static final GuessLimits DEFAULT = new GuessLimits(10, 60_000, 300_000, true);

  /** Checks the ranges. */
  public GuessLimits {
    if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException("maxAttempts must be 1 to " + MOST_ATTEMPTS);
    }
    if (!isTime(windowMs) || !isTime(lockoutMs)) {
      throw new IllegalArgumentException("a time must be 100 ms to one day");
    }
  }

  /**
   * Whether a client is left alone. One that only seems to come from this host, because a proxy
   * whose headers are not trusted stands here, is not.
   */
  boolean exempts(Locality client) {
    return exemptLoopback && client.local();
  }

  /** Longest time that one failure can matter, in milliseconds. */
  long memoryMs() {
    return windowMs + lockoutMs;
  }

  private static boolean isTime(long ms) {
    return ms >= SHORTEST_MS && ms <= LONGEST_MS;
  }
}
