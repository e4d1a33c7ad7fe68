package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a node is connected. The view answers; what it does not know is read from Redis
 * before anybody is refused, because the view follows the truth a moment later: a node that has
 * just been greeted elsewhere can be invoked at once, and only the miss pays.
 */
final class NodeLocator {
  /** Longest wait for Redis, in milliseconds: a caller is answered within a second. */
  private static final long LOOK_UP_MS = 500;

  private final Vertx vertx;
  private final NodeStore store;
  private final NodeDirectory directory;

  NodeLocator(Vertx vertx, NodeStore store, NodeDirectory directory) {
    this.vertx = vertx;
    this.store = store;
    this.directory = directory;
  }

  /**
   * The node's registration, or null when it is connected nowhere. Fails with {@link
   * RedisUnavailableException} when the view has none and Redis does not answer.
   */
  Future<@Nullable NodeRegistration> find(String nodeId) {
    NodeRegistration known = directory.find(nodeId);
    return known == null ? lookUp(nodeId) : Future.succeededFuture(known);
  }

  private Future<@Nullable NodeRegistration> lookUp(String nodeId) {
    Promise<@Nullable NodeRegistration> found = Promise.promise();
    long limit =
        vertx.setTimer(
            LOOK_UP_MS,
            late -> found.tryFail(new RedisUnavailableException("the node was not looked up")));
    store
        .find(nodeId)
        .onSuccess(
            current -> {
              if (current != null) {
                directory.put(current);
              }
              found.tryComplete(current);
            })
        .onFailure(found::tryFail);
    return found.future().onComplete(done -> vertx.cancelTimer(limit));
  }
}
