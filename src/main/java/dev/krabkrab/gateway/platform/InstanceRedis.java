package dev.krabkrab.gateway.platform;

import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.redis.RedisSettings;

/** The Redis of an instance, as its settings say. */
public final class InstanceRedis {
  private InstanceRedis() {}

  /**
   * The Redis at an address.
   *
   * @throws InvalidSettingException with words for the user
   */
  public static RedisSettings of(InstanceSettings settings, String url) {
    RedisSettings parsed;
    try {
      parsed = RedisSettings.parse(url, settings.namespace());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("redis.url: " + e.getMessage());
    }
    return parsed.withMinReplicasAck(settings.minReplicasAck()).trusting(settings.redisCa());
  }
}
