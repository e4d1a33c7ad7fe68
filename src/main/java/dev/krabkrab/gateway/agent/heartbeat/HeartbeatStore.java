package dev.krabkrab.gateway.agent.heartbeat;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queues of system events, one for each session, and the heartbeat's switch, in Redis. */
final class HeartbeatStore {
  private static final LuaScript ENQUEUE = LuaScript.load("lua/agent/heartbeat/enqueue.lua");
  private static final LuaScript TAKE = LuaScript.load("lua/agent/heartbeat/take.lua");
  private static final LuaScript KEEP = LuaScript.load("lua/agent/heartbeat/keep.lua");
  private static final LuaScript SETTLE = LuaScript.load("lua/agent/heartbeat/settle.lua");

  private static final LuaScript ASK = LuaScript.load("lua/agent/heartbeat/ask.lua");
  private static final LuaScript CLAIM = LuaScript.load("lua/agent/heartbeat/claim.lua");
  private static final LuaScript HOLD = LuaScript.load("lua/agent/heartbeat/hold.lua");

  private static final int MAX_TEXTS = 20;

  /** A queue nobody takes is forgotten after a week, in milliseconds. */
  private static final long TTL_MS = 7 * 24 * 3_600_000L;

  private final RedisLink link;

  HeartbeatStore(RedisLink link) {
    this.link = link;
  }

  Future<Boolean> enqueue(String sessionKey, String text, String brief, String context) {
    List<String> args =
        List.of(text, brief, context, Integer.toString(MAX_TEXTS), Long.toString(TTL_MS));
    return link.run(ENQUEUE, keys(sessionKey), args).map(reply -> Replies.number(reply) == 1);
  }

  Future<List<String>> peek(String sessionKey) {
    Request request = Request.cmd(Command.LRANGE).arg(keys(sessionKey).getFirst()).arg(0).arg(-1);
    return link.send(request).map(Replies::texts);
  }

  Future<List<String>> take(String sessionKey, String by, long leaseMs) {
    List<String> args = List.of(by, Long.toString(leaseMs), Long.toString(TTL_MS));
    return link.run(TAKE, keys(sessionKey), args).map(Replies::texts);
  }

  Future<Boolean> keep(String sessionKey, String by, long leaseMs) {
    List<String> args = List.of(by, Long.toString(leaseMs));
    return link.run(KEEP, List.of(keys(sessionKey).getLast()), args)
        .map(reply -> Replies.number(reply) == 1);
  }

  Future<Boolean> endTaking(String sessionKey, String by, boolean delivered) {
    List<String> args =
        List.of(by, delivered ? "1" : "0", Integer.toString(MAX_TEXTS), Long.toString(TTL_MS));
    return link.run(SETTLE, keys(sessionKey), args).map(reply -> Replies.number(reply) == 1);
  }

  Future<Void> setEnabled(boolean enabled) {
    Request request = Request.cmd(Command.SET).arg(key("enabled")).arg(enabled ? "1" : "0");
    return link.send(request).mapEmpty();
  }

  /** On until somebody switches it off. */
  Future<Boolean> enabled() {
    return link.send(Request.cmd(Command.GET).arg(key("enabled")))
        .map(reply -> !"0".equals(Replies.text(reply)));
  }

  Future<@Nullable String> last() {
    return link.send(Request.cmd(Command.GET).arg(key("last"))).map(reply -> Replies.text(reply));
  }

  Future<Void> setLast(String event) {
    return link.send(Request.cmd(Command.SET).arg(key("last")).arg(event)).mapEmpty();
  }

  /** The outcome of a claim. */
  sealed interface Claim {
    record Go(String reason) implements Claim {}

    /** Another one is going on. */
    record Busy() implements Claim {}

    /** There are none, for nobody or for this agent. */
    record Off() implements Claim {}

    /** Not due yet. */
    record Wait(long ms) implements Claim {}
  }

  /** Asks for a heartbeat of each agent, some milliseconds from now. */
  Future<Void> ask(List<HeartbeatAgent> agents, long inMs, String reason) {
    List<String> args = new ArrayList<>(List.of(Long.toString(inMs), reason));
    agents.forEach(agent -> args.add(agent.agentId()));
    return link.run(ASK, List.of(key("")), args).mapEmpty();
  }

  /**
   * Claims an agent's heartbeat.
   *
   * @param force reason to have one now, or empty for one that is due or was requested
   */
  Future<Claim> claim(HeartbeatAgent agent, String token, long leaseMs, String force) {
    List<String> args =
        List.of(
            agent.agentId(), Long.toString(agent.everyMs()), token, Long.toString(leaseMs), force);
    return link.run(CLAIM, List.of(key("")), args)
        .map(
            answer ->
                switch (answer.get(0).toString()) {
                  case "go" -> new Claim.Go(answer.get(1).toString());
                  case "busy" -> new Claim.Busy();
                  case "wait" -> new Claim.Wait(Replies.number(answer.get(1)));
                  default -> new Claim.Off();
                });
  }

  /** Prolongs the lease of a claimed heartbeat; 0 ends it. */
  Future<Void> hold(HeartbeatAgent agent, String token, long leaseMs) {
    List<String> args = List.of(agent.agentId(), token, Long.toString(leaseMs));
    return link.run(HOLD, List.of(key("")), args).mapEmpty();
  }

  private String key(String rest) {
    return link.settings().key("heartbeat", rest);
  }

  private List<String> keys(String sessionKey) {
    // A session key may hold braces, which would move the hash tag.
    String aggregate = "events:" + hash(sessionKey);
    return List.of(
        link.settings().key(aggregate, "queue"),
        link.settings().key(aggregate, "context"),
        link.settings().key(aggregate, "taken"),
        link.settings().key(aggregate, "taker"));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
