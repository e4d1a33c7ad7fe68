package dev.krabkrab.gateway.platform;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * A worker verticle of one feature: an event loop of its own, and one pipelined connection to Redis
 * that closes with it. Its start is complete when its methods are served and Redis answers.
 */
public abstract class FeatureVerticle extends VerticleBase {
  protected final Platform platform;

  protected FeatureVerticle(Platform platform) {
    this.platform = platform;
  }

  /** Makes the feature and serves its methods, on this verticle's event loop. */
  protected abstract void open(RedisLink link);

  /** Begins what needs Redis; called once it is connected. */
  protected Future<?> begin() {
    return Future.succeededFuture();
  }

  @Override
  public final Future<?> start() {
    RedisLink link = RedisLink.create(vertx, platform.redis());
    open(link);
    return link.ready().compose(connected -> begin());
  }
}
