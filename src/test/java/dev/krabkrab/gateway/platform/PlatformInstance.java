package dev.krabkrab.gateway.platform;

import static dev.krabkrab.gateway.platform.Async.get;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * One instance of a cluster in this JVM, over a real Redis: its own Vert.x, one context, what a
 * verticle is given, and a Redis link that is up. Tests of a feature add the feature.
 */
public class PlatformInstance implements AutoCloseable {
  private final String name;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Platform platform;
  private final RedisLink link;

  public PlatformInstance(String name, RedisSettings redis) {
    this(name, redis, InstantSource.system(), Json.object());
  }

  /**
   * The same with another clock and document.
   *
   * @param document becomes the gateway document of a namespace that has none
   */
  public PlatformInstance(
      String name, RedisSettings redis, InstantSource clock, ObjectNode document) {
    this.name = name;
    this.platform = on(() -> TestPlatform.open(vertx, name, redis, clock, document));
    this.link = on(() -> RedisLink.create(vertx, redis).ready());
  }

  public final String name() {
    return name;
  }

  public final Vertx vertx() {
    return vertx;
  }

  public final Context context() {
    return context;
  }

  public final Platform platform() {
    return platform;
  }

  public final RedisLink link() {
    return link;
  }

  /** Runs the work on the instance's context and waits for what it returns. */
  public final <T> T on(Supplier<Future<T>> work) {
    return get(start(work));
  }

  /** Runs the work on the instance's context. */
  public final <T> Future<T> start(Supplier<Future<T>> work) {
    return Async.start(context, work);
  }

  /** Ends as a killed process does: nothing is said, nothing is cleaned up. */
  @Override
  public void close() {
    get(vertx.close());
  }
}
