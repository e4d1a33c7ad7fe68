package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.SecretGuessed;
import dev.krabkrab.gateway.platform.redis.RedisLink;

/** Carries news of wrong secrets between instances. */
public final class RateLimitBroadcast {
  private RateLimitBroadcast() {}

  /** A memory for this instance that follows what the others tell. */
  public static LocalRateLimits follow(Platform platform) {
    LocalRateLimits memory = new LocalRateLimits(platform.clock());
    platform.backplane().on(SecretGuessed.class, news -> memory.received(read(news.message())));
    platform.backplane().onResync(memory::missedNews);
    return memory;
  }

  /** Tells the others, behind what was written over the same connection. */
  public static void tell(Platform platform, RedisLink link, RateLimitMessage news) {
    platform
        .backplane()
        .publish(link, new SecretGuessed(news.subject(), news.suspectMs(), news.lockedMs()));
  }

  private static RateLimitMessage read(SecretGuessed message) {
    return new RateLimitMessage(message.subject(), message.suspectMs(), message.lockedMs());
  }
}
