package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that may run only once, in Redis. Fails closed: without Redis nothing is started. */
final class IdempotencyStore {
  private static final LuaScript BEGIN = LuaScript.load("lua/platform/rpc/begin.lua");
  private static final LuaScript RENEW = LuaScript.load("lua/platform/rpc/renew.lua");
  private static final LuaScript FINISH = LuaScript.load("lua/platform/rpc/finish.lua");

  /** Life of a running call without renewal, in milliseconds of Redis time. */
  private static final String LEASE_MS = "10000";

  /** Life of an outcome, and of a call whose owner is gone, in milliseconds. */
  private static final String KEEP_MS = "300000";

  private final RedisLink link;

  IdempotencyStore(RedisLink link) {
    this.link = link;
  }

  /** How far a call is. */
  enum State {
    STARTED,
    RUNNING,
    LOST,
    DIFFERS,
    DONE
  }

  /** How far a call is, with the outcome of one that is done or the owner of one that runs. */
  record Begun(State state, @Nullable String detail) {}

  Future<Begun> begin(String call, String owner, String paramsDigest) {
    return link.run(BEGIN, List.of(key(call)), List.of(owner, paramsDigest, LEASE_MS, KEEP_MS))
        .map(
            answer ->
                new Begun(
                    state(answer.get(0).toString()),
                    answer.size() > 1 ? Replies.text(answer.get(1)) : null));
  }

  Future<Boolean> renew(String call, String owner) {
    return link.run(RENEW, List.of(key(call)), List.of(owner, LEASE_MS, KEEP_MS))
        .map(answer -> Replies.number(answer) == 1);
  }

  /**
   * Ends a call.
   *
   * @param outcome what repeats are answered, empty to let them run
   * @return whether somebody waits for the outcome
   */
  Future<Boolean> finish(String call, String owner, String outcome) {
    return link.run(FINISH, List.of(key(call)), List.of(owner, outcome, KEEP_MS))
        .map(answer -> Replies.number(answer) == 1);
  }

  private static State state(String text) {
    return switch (text) {
      case "started" -> State.STARTED;
      case "running" -> State.RUNNING;
      case "lost" -> State.LOST;
      case "differs" -> State.DIFFERS;
      case "done" -> State.DONE;
      default -> throw new IllegalStateException("unknown state of a call: " + text);
    };
  }

  private String key(String call) {
    return link.settings().key("once:" + call, "call");
  }
}
