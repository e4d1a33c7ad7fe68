package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/**
 * Wrong secrets and lock-outs in Redis, one aggregate for each address; futures fail without it.
 */
final class RateLimitStore {
  private static final LuaScript GUESS = LuaScript.load("lua/access/auth/guess.lua");

  private final RedisLink redis;

  RateLimitStore(RedisLink redis) {
    this.redis = redis;
  }

  /** Counts a wrong secret, unless the address is locked out. */
  Future<AttemptOutcome> wrong(String subject, RateLimitSettings limits) {
    return redis
        .run(
            GUESS,
            List.of(key(subject, "failures"), key(subject, "lockout")),
            List.of(
                Integer.toString(limits.maxAttempts()),
                Long.toString(limits.windowMs()),
                Long.toString(limits.lockoutMs())))
        .map(
            reply ->
                new AttemptOutcome(Replies.number(reply.get(0)), Replies.number(reply.get(1))));
  }

  /** How long the address is still locked out in milliseconds, 0 when it is not. */
  Future<Long> waitMs(String subject) {
    return redis
        .send(Request.cmd(Command.PTTL).arg(key(subject, "lockout")))
        .map(reply -> Math.max(0, Replies.number(reply)));
  }

  private String key(String subject, String part) {
    return redis.settings().key("guess:" + subject, part);
  }
}
