package dev.krabkrab.gateway.access.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;

/**
 * How often an address may be wrong about a secret; {@code gateway.auth.rateLimit} of the gateway
 * document. Protocol 05 §7.
 *
 * @param maxAttempts wrong secrets within the window that lock an address out, 1 to {@value
 *     #MOST_ATTEMPTS}
 * @param windowMs length of the sliding window in milliseconds, {@value #SHORTEST_MS} to {@value
 *     #LONGEST_MS}
 * @param lockoutMs how long the lock-out lasts in milliseconds, in the same range
 * @param exemptLoopback whether clients on the gateway's own host are neither counted nor locked
 *     out
 */
public record RateLimitSettings(
    int maxAttempts, long windowMs, long lockoutMs, boolean exemptLoopback) {
  public static final int MOST_ATTEMPTS = 1000;
  public static final long SHORTEST_MS = 100;
  public static final long LONGEST_MS = 86_400_000;

  /** 10 in a minute lock out for 5 minutes; own host exempt. */
  public static final RateLimitSettings DEFAULT = new RateLimitSettings(10, 60_000, 300_000, true);

  /** Checks the ranges. */
  public RateLimitSettings {
    if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException("maxAttempts must be 1 to " + MOST_ATTEMPTS);
    }
    if (!isTime(windowMs) || !isTime(lockoutMs)) {
      throw new IllegalArgumentException("a time must be 100 ms to one day");
    }
  }

  /** Reads the document; a value of the wrong type or out of range takes its default. */
  public static RateLimitSettings of(JsonNode document) {
    JsonNode limits = document.at("/gateway/auth/rateLimit");
    return new RateLimitSettings(
        (int) DocumentValues.number(limits, "maxAttempts", 1, MOST_ATTEMPTS, DEFAULT.maxAttempts),
        time(limits, "windowMs", DEFAULT.windowMs),
        time(limits, "lockoutMs", DEFAULT.lockoutMs),
        DocumentValues.flag(limits, "exemptLoopback", DEFAULT.exemptLoopback));
  }

  private static long time(JsonNode limits, String field, long otherwise) {
    return DocumentValues.number(limits, field, SHORTEST_MS, LONGEST_MS, otherwise);
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
