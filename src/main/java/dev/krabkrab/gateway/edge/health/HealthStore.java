package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import java.util.List;

/** The version of the health snapshot, which all instances count together, in Redis. */
final class HealthStore {
  private static final LuaScript ADVANCE = LuaScript.load("lua/access/presence/advance.lua");

  private final RedisLink link;

  HealthStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Counts the version up.
   *
   * @param seen the highest this instance has seen
   * @return the new one, higher than any before
   */
  Future<Long> advance(long seen) {
    String key = link.settings().key("presence", "health");
    return link.run(ADVANCE, List.of(key), List.of(Long.toString(seen))).map(Replies::number);
  }

  boolean connected() {
    return link.connected();
  }

  /** Calls the listener whenever Redis comes or goes. */
  void onConnectionChange(Runnable listener) {
    link.onConnected(listener);
    link.onDisconnected(listener);
  }
}
