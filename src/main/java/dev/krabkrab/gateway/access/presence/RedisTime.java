package dev.krabkrab.gateway.access.presence;

import java.time.InstantSource;

/**
 * The time of Redis as this instance knows it: its own clock plus the difference last seen. So
 * instances whose clocks disagree still agree on what is old. For one context.
 */
final class RedisTime {
  private final InstantSource clock;
  private long ahead;

  RedisTime(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes a time of Redis just read, epoch milliseconds. */
  void learn(long redisMs) {
    ahead = redisMs - clock.millis();
  }

  long now() {
    return clock.millis() + ahead;
  }
}
