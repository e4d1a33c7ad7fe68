package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;

/** One-time tokens in Redis, each an aggregate of its own that ends with its life. */
final class BootstrapStore {
  private static final LuaScript MAKE = LuaScript.load("lua/access/pairing/bootstrap_make.lua");
  private static final LuaScript CLAIM = LuaScript.load("lua/access/pairing/bootstrap_claim.lua");

  private final RedisLink redis;

  BootstrapStore(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * A token that is a device's from now on.
   *
   * @param by device of who made it, empty when that one had none
   * @param credential id of the named token that one came with, empty without one
   * @param lifeMs what is left of its life
   * @param madeAtMs when it was made; 0 when that was not kept
   */
  record Claimed(List<String> scopes, String by, String credential, long lifeMs, long madeAtMs) {}

  /** Keeps a new token; brings when it expires, in milliseconds since 1970. */
  Future<Long> make(
      String hash, String role, List<String> scopes, String by, String credential, long ttlMs) {
    List<String> args =
        List.of(role, String.join(",", scopes), by, Long.toString(ttlMs), credential);
    return redis
        .runDurable(MAKE, List.of(key(hash)), args)
        .map(answer -> Long.parseLong(answer.toString()));
  }

  /** Makes the token the device's; empty when there is none for this role, or it is another's. */
  Future<Optional<Claimed>> claim(String hash, String role, String deviceId) {
    return redis
        .runDurable(CLAIM, List.of(key(hash)), List.of(role, deviceId))
        .map(answer -> answer.size() == 0 ? Optional.empty() : Optional.of(claimed(answer)));
  }

  private static Claimed claimed(Response answer) {
    return new Claimed(
        PairedDevice.list(answer.get(0).toString()),
        answer.get(1).toString(),
        answer.get(2).toString(),
        Long.parseLong(answer.get(3).toString()),
        Long.parseLong(answer.get(4).toString()));
  }

  private String key(String hash) {
    return redis.settings().key("boot:" + hash, "token");
  }
}
