package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.SecretGuessed;
import dev.krabkrab.gateway.platform.redis.RedisLink;

/** Carries failed authentications between instances. */
public final class RateLimitBroadcast {
  private RateLimitBroadcast() {}

  /** Rate limits of this instance that follow what the others publish. */
  public static LocalRateLimits follow(Platform platform) {
    LocalRateLimits memory = new LocalRateLimits(platform.clock());
    platform
        .backplane()
        .on(SecretGuessed.class, received -> memory.received(read(received.message())));
    platform.backplane().onResync(memory::missedMessages);
    return memory;
  }

  /** Publishes it to the others, behind what was written over the same connection. */
  public static void publish(Platform platform, RedisLink link, RateLimitMessage message) {
    platform
        .backplane()
        .publish(
            link, new SecretGuessed(message.subject(), message.suspectMs(), message.lockedMs()));
  }

  private static RateLimitMessage read(SecretGuessed message) {
    return new RateLimitMessage(message.subject(), message.suspectMs(), message.lockedMs());
  }
}
