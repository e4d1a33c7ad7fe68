package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;

/**
 * There is no Redis to run: none installed, and none packaged with this gateway or its platform.
 */
public final class NoRedisException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRedisException(String platform) {
    super(
        "no Redis: set KRABKRAB_REDIS_URL to the address of one, or install redis-server"
            + " (none is on the PATH, and none comes with this gateway for "
            + platform
            + ")");
  }
}
