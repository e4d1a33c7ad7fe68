package dev.krabkrab.gateway.control.logs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The log of all instances as one: each adds its lines to it, and any of them reads it. A cursor
 * means the same on every instance. Protocol 03 §3.
 */
public final class LogService {
  private final LogStore store;
  private final LogFeed feed;
  private final String file;

  private LogService(LogStore store, LogFeed feed, String file) {
    this.store = store;
    this.feed = feed;
    this.file = file;
  }

  /**
   * Follows the log of this process from now on, on the calling context.
   *
   * @param instance named on every line
   * @param secrets what must not stand in a line, as it is now, the longest first
   */
  public static LogService open(
      Vertx vertx,
      RedisLink link,
      String instance,
      Supplier<LogSettings> settings,
      Supplier<List<String>> secrets,
      InstantSource clock) {
    LogStore store = new LogStore(link);
    LogLines lines = new LogLines(instance, new LogRedaction(secrets));
    LogFeed feed = new LogFeed(vertx, store, lines, settings, clock);
    feed.attach();
    return new LogService(store, feed, "redis:" + link.settings().namespace() + "/gateway.log");
  }

  /**
   * The payload of {@code logs.tail}, what this instance has logged before included.
   *
   * @param cursor of an earlier answer of any instance, or -1 for none
   */
  Future<JsonText> tail(long cursor, int limit, int maxBytes) {
    return feed.flush()
        .compose(sent -> store.tail(cursor, limit, maxBytes))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof RedisUnavailableException
                        ? failure
                        : GatewayError.unavailable("log read failed: " + failure.getMessage())))
        .map(
            tail -> {
              ObjectNode json =
                  Json.object()
                      .put("file", file)
                      .put("cursor", tail.size())
                      .put("size", tail.size());
              json.set("lines", Json.texts(tail.lines()));
              return JsonText.of(
                  json.put("truncated", tail.truncated()).put("reset", tail.reset()));
            });
  }

  /** Stops following. */
  public Future<Void> close() {
    return feed.detach();
  }
}
