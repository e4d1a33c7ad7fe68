package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.RedisSubscriber;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels an instance follows: everybody's and its own. On a Redis Cluster its own is followed
 * at the server of its slot, and by ordinary publish/subscribe too, as instances of older releases
 * send. For the backplane's context, except {@link #isFollowed}.
 */
final class Inbox {
  private final BackplaneStore store;
  private final String instance;
  private final RedisSubscriber subscriber;
  private final @Nullable OwnShard shard;

  Inbox(
      Vertx vertx,
      RedisSettings settings,
      BackplaneStore store,
      String instance,
      Consumer<String> handler) {
    this.store = store;
    this.instance = instance;
    this.subscriber = RedisSubscriber.create(vertx, settings);
    this.shard = store.isSharded() ? new OwnShard(vertx, settings, store, instance, handler) : null;
    subscriber.handler((channel, text) -> handler.accept(text));
  }

  /** Completes when all of them are followed. */
  Future<Void> open() {
    return subscriber
        .subscribe(store.everybody())
        .compose(done -> subscriber.subscribe(store.channelOf(instance)))
        .compose(done -> shard == null ? Future.succeededFuture() : shard.ready());
  }

  /** Whether messages arrive now; safe from any thread. */
  boolean isFollowed() {
    return subscriber.subscribed() && (shard == null || shard.subscribed());
  }

  /** Calls {@code listener} each time messages may have been lost. */
  void onResubscribed(Runnable listener) {
    subscriber.onResubscribed(listener);
    if (shard != null) {
      shard.onResubscribed(listener);
    }
  }

  /** Calls {@code listener} each time channels that were followed are so no longer. */
  void onLost(Runnable listener) {
    subscriber.onLost(listener);
    if (shard != null) {
      shard.onLost(listener);
    }
  }

  Future<Void> close() {
    return shard == null ? subscriber.close() : shard.close().eventually(subscriber::close);
  }
}
