package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the start for a Redis that answers, as long as it takes: an instance that comes up
 * during an outage is there when it ends. Says every ten seconds that it still waits, and for what.
 */
final class RedisWait {
  private static final Logger LOG = LoggerFactory.getLogger(RedisWait.class);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  private RedisWait() {}

  /** Completes when Redis has answered once. */
  static Future<Void> until(Vertx vertx, RedisSettings settings) {
    RedisLink link = RedisLink.create(vertx, settings);
    long startedAt = System.nanoTime();
    long timer =
        vertx.setPeriodic(
            SAY_EVERY.toMillis(),
            late ->
                LOG.warn(
                    "waiting for Redis, for {} s now: {} ({}). Check KRABKRAB_REDIS_URL, the"
                        + " network and the password.",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt),
                    link.problem(),
                    settings));
    return link.ready()
        .<Void>mapEmpty()
        .onComplete(there -> vertx.cancelTimer(timer))
        .eventually(link::close);
  }
}
