package dev.krabkrab.gateway.channels;

import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.redis.RedisUnavailableException;

/** How long to wait until something is tried again: longer each time, up to half a minute. */
public final class Retry {
  private static final long FIRST_MS = 1_000;
  private static final long LONGEST_MS = 30_000;

  private long nextMs = FIRST_MS;

  /** It worked. */
  public void reset() {
    nextMs = FIRST_MS;
  }

  /** How many milliseconds to wait after a failure; at least what it says itself. */
  public long pauseMs(Throwable why) {
    long said = why instanceof DeliveryException known ? known.retryAfterMs() : 0;
    return Math.max(said, pauseMs());
  }

  /** The same when nothing is known of it. */
  public long pauseMs() {
    long pause = nextMs;
    nextMs = Math.min(LONGEST_MS, nextMs * 2);
    return pause;
  }

  /** Whether a failure is one of the circumstances, and not of what was tried. */
  public static boolean isPassing(Throwable why) {
    return switch (why) {
      case DeliveryException known -> known.isPassing();
      case GatewayError known -> Boolean.TRUE.equals(known.shape().retryable());
      default -> why instanceof RedisUnavailableException;
    };
  }
}
