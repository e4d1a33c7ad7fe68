package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the start for a Redis that answers, as long as it takes: an instance that comes up
 * during an outage is there when it ends. Says every ten seconds that it still waits, and for what.
 */
public final class RedisWait {
  private static final Logger LOG = LoggerFactory.getLogger(RedisWait.class);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  private RedisWait() {}

  /** Completes when Redis has answered once; safe from any thread. */
  public static Future<Void> until(Vertx vertx, RedisSettings settings) {
    ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    Promise<Void> there = context.promise();
    RedisConnector connector =
        new RedisConnector(
            vertx,
            context,
            settings,
            RandomGenerator.getDefault(),
            made -> there.tryComplete(),
            lost -> {});
    long startedAt = System.nanoTime();
    long timer =
        context.setPeriodic(
            SAY_EVERY.toMillis(),
            late ->
                LOG.warn(
                    "waiting for Redis, for {} s now: {} ({}). Check KRABKRAB_REDIS_URL, the"
                        + " network and the password.",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt),
                    connector.problem(),
                    settings));
    context.runOnContext(start -> connector.connect());
    return there.future().onComplete(done -> vertx.cancelTimer(timer)).eventually(connector::close);
  }
}
