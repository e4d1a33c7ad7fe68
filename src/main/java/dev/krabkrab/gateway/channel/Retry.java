package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;

/** The retry policy of channels. */
public final class Retry {
  /** Between attempts to reach the API of a channel. */
  public static final Backoff WAITS = new Backoff(1_000, 30_000);

  private Retry() {}

  /** How long the API itself says to wait, in milliseconds; 0 when it does not. */
  public static long requestedMs(Throwable why) {
    return why instanceof DeliveryException known ? known.retryAfterMs() : 0;
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
