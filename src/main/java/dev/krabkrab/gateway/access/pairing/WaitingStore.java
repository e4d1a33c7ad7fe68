package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests that wait for an approval, by address and in all, for the whole cluster.
 * Whoever knows the shared secret may ask; he must not fill Redis or hide others' requests by it.
 */
final class WaitingStore {
  /** Requests of one address, or one IPv6 network, that may wait at once. */
  static final int MOST_OF_ADDRESS = 64;

  /** Requests that may wait at once. */
  static final int MOST_IN_ALL = 200;

  private static final LuaScript WAIT = LuaScript.load("lua/access/pairing/wait.lua");
  private static final LuaScript OVER = LuaScript.load("lua/access/pairing/wait_over.lua");

  private final RedisLink redis;
  private final long lifeMs;

  /**
   * @param lifeMs of a request, in milliseconds
   */
  WaitingStore(RedisLink redis, long lifeMs) {
    this.redis = redis;
    this.lifeMs = lifeMs;
  }

  /**
   * The room for a request.
   *
   * @param waiting how many wait, this one included; 0 when it may not
   * @param displaced the request that has to go for it, or null
   * @param most the limit that leaves no room; 0 when there is
   */
  record Place(int waiting, @Nullable String displaced, int most) {
    boolean isTaken() {
      return waiting > 0;
    }
  }

  /** Takes note of a new request. */
  Future<Place> enter(String requestId, @Nullable String replaced, String address) {
    List<String> args =
        List.of(
            requestId,
            replaced == null ? "" : replaced,
            address,
            Long.toString(lifeMs),
            Integer.toString(MOST_OF_ADDRESS),
            Integer.toString(MOST_IN_ALL));
    return redis
        .run(WAIT, keys(), args)
        .map(
            answer -> {
              int number = Integer.parseInt(answer.get(1).toString());
              if (answer.get(0).toString().equals("full")) {
                return new Place(0, null, number);
              }
              String displaced = answer.get(2).toString();
              return new Place(number, displaced.isEmpty() ? null : displaced, 0);
            });
  }

  /** A request was settled; its place is free again, at the latest when its life is over. */
  void over(String requestId) {
    redis.run(OVER, keys(), List.of(requestId));
  }

  private List<String> keys() {
    return List.of(
        redis.settings().key("pairing", "waiting"), redis.settings().key("pairing", "addresses"));
  }
}
