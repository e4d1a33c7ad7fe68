package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from every sentinel when another server became the master. The former one goes on taking
 * writes until it is demoted, which may be ten seconds later, and they are lost then: links have to
 * leave it at once. One for each Vert.x and set of sentinels, shared by its links; any thread may
 * use it.
 */
final class SentinelWatch implements Shareable {
  private static final Logger LOG = LoggerFactory.getLogger(SentinelWatch.class);
  private static final String SHARED = "dev.krabkrab.gateway.platform.redis.sentinels";
  private static final String CHANNEL = "+switch-master";

  private final String masterName;
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

  private SentinelWatch(String masterName) {
    this.masterName = masterName;
  }

  /** The watch over the sentinels of these settings, which are of mode SENTINEL. */
  static SentinelWatch of(Vertx vertx, RedisSettings settings) {
    return vertx
        .sharedData()
        .<String, SentinelWatch>getLocalMap(SHARED)
        .computeIfAbsent(
            settings.endpoints() + " " + settings.masterName(), key -> start(vertx, settings));
  }

  private static SentinelWatch start(Vertx vertx, RedisSettings settings) {
    SentinelWatch watch = new SentinelWatch(String.valueOf(settings.masterName()));
    ((VertxInternal) vertx)
        .createEventLoopContext()
        .runOnContext(
            own -> settings.sentinels().forEach(sentinel -> watch.follow(vertx, sentinel)));
    return watch;
  }

  /** Calls {@code listener} whenever a sentinel learns of another master, on any thread. */
  void onSwitch(Runnable listener) {
    listeners.add(listener);
  }

  void remove(Runnable listener) {
    listeners.remove(listener);
  }

  private void follow(Vertx vertx, RedisSettings sentinel) {
    RedisSubscriber subscriber = RedisSubscriber.create(vertx, sentinel);
    subscriber.handler((channel, message) -> heard(message));
    subscriber
        .subscribe(CHANNEL)
        .onFailure(e -> LOG.debug("a sentinel is no longer followed: {}", e.getMessage()));
  }

  /** Takes {@code <master name> <old ip> <old port> <new ip> <new port>}. */
  private void heard(String message) {
    if (message.startsWith(masterName + " ")) {
      LOG.info("Redis has another master: {}", message);
      listeners.forEach(Runnable::run);
    }
  }
}
