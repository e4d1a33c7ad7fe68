package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.ShardSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's own channel on a Redis Cluster, and the mark that tells others that it listens
 * there: whoever is not heard there while its mark stands has died. For the backplane's context.
 */
final class OwnShard {
  private static final Logger LOG = LoggerFactory.getLogger(OwnShard.class);

  private final BackplaneStore store;
  private final String instance;
  private final ShardSubscriber subscriber;
  private final Vertx vertx;
  private final long timer;

  OwnShard(
      Vertx vertx,
      RedisSettings settings,
      BackplaneStore store,
      String instance,
      Consumer<String> handler) {
    this.vertx = vertx;
    this.store = store;
    this.instance = instance;
    this.subscriber = ShardSubscriber.create(vertx, settings, store.channelOf(instance), handler);
    subscriber.onLost(this::mark);
    subscriber.onResubscribed(this::mark);
    this.timer = vertx.setPeriodic(BackplaneStore.MARK_TTL_MS / 20, again -> mark());
  }

  /** Completes when the channel is followed and the mark set. */
  Future<Void> ready() {
    return subscriber.ready().compose(followed -> store.mark(instance, true));
  }

  /** Whether messages arrive here now; safe from any thread. */
  boolean subscribed() {
    return subscriber.subscribed();
  }

  void onResubscribed(Runnable listener) {
    subscriber.onResubscribed(listener);
  }

  void onLost(Runnable listener) {
    subscriber.onLost(listener);
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    return subscriber.close();
  }

  private void mark() {
    store
        .mark(instance, subscriber.subscribed())
        .onFailure(away -> LOG.debug("not marked: {}", away.getMessage()));
  }
}
