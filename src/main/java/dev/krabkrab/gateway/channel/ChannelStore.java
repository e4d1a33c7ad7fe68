package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps in Redis which instance listens for an account, its status, and the messages taken already.
 */
final class ChannelStore {
  private static final LuaScript HOLD = LuaScript.load("lua/channel/hold.lua");
  private static final LuaScript RELEASE = LuaScript.load("lua/channel/release.lua");
  private static final LuaScript MOVED = LuaScript.load("lua/channel/moved.lua");
  private static final LuaScript REGRET = LuaScript.load("lua/channel/regret.lua");
  private static final LuaScript STATUS = LuaScript.load("lua/channel/status.lua");

  /** How long a message is known to be taken, in milliseconds: a day. */
  private static final long REMEMBER_MS = 24 * 3_600_000L;

  /** Ids that chats of an account had and that are known. */
  private static final int MOST_MOVED = 10_000;

  /** How often somebody is told that something cannot be taken, in so many milliseconds. */
  private static final int MOST_REGRETS = 5;

  private static final long REGRET_MS = 60_000;

  private final RedisLink link;

  ChannelStore(RedisLink link) {
    this.link = link;
  }

  /** Takes or prolongs a lease; answers who holds it. */
  Future<String> hold(ChannelAccount account, String instance, long leaseMs, String gone) {
    List<String> args = List.of(account.toString(), instance, Long.toString(leaseMs), gone);
    return link.run(HOLD, keys(), args).map(Response::toString);
  }

  Future<Void> release(ChannelAccount account, String instance) {
    return link.run(RELEASE, keys(), List.of(account.toString(), instance)).mapEmpty();
  }

  /** Notes how an account is doing. */
  Future<Void> note(ChannelAccount account, Map<String, String> fields) {
    Request request = Request.cmd(Command.HSET).arg(key("status:" + account));
    fields.forEach((name, value) -> request.arg(name).arg(value));
    return link.send(request).mapEmpty();
  }

  /** The mark that was noted last, or an empty one. */
  Future<String> mark(ChannelAccount account) {
    return link.send(Request.cmd(Command.HGET).arg(key("status:" + account)).arg("mark"))
        .map(mark -> mark == null ? "" : mark.toString());
  }

  /** What was noted of each. */
  Future<List<Map<String, String>>> status(List<ChannelAccount> accounts) {
    List<String> names = accounts.stream().map(ChannelAccount::toString).toList();
    return link.run(STATUS, keys(), names)
        .map(
            answer -> {
              List<Map<String, String>> all = new ArrayList<>();
              for (Response flat : answer) {
                Map<String, String> fields = new HashMap<>();
                for (int i = 0; i < flat.size(); i += 2) {
                  fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
                }
                all.add(fields);
              }
              return all;
            });
  }

  Future<Boolean> isTaken(ChannelAccount account, String messageId) {
    return link.send(Request.cmd(Command.EXISTS).arg(taken(account, messageId)))
        .map(there -> Replies.number(there) == 1);
  }

  Future<Void> take(ChannelAccount account, String messageId) {
    return link.send(
            Request.cmd(Command.SET)
                .arg(taken(account, messageId))
                .arg("1")
                .arg("PX")
                .arg(REMEMBER_MS))
        .mapEmpty();
  }

  /** Notes that a chat goes on under another id; false when it was known. */
  Future<Boolean> moved(ChannelAccount account, String from, String to) {
    List<String> args = List.of(account.toString(), from, to, Integer.toString(MOST_MOVED));
    return link.run(MOVED, keys(), args).map(noted -> Replies.number(noted) == 1);
  }

  /** The id a chat has now. */
  Future<String> movedTo(ChannelAccount account, String chat) {
    return link.send(Request.cmd(Command.HGET).arg(key("moved:" + account)).arg(chat))
        .map(now -> now == null ? chat : now.toString());
  }

  /** The ids that a chat had before, the first one first. */
  Future<List<String>> former(ChannelAccount account, String chat) {
    return link.send(Request.cmd(Command.HGET).arg(key("former:" + account)).arg(chat))
        .map(ids -> ids == null ? List.of() : List.of(ids.toString().split(" ")));
  }

  /** Whether somebody may be told once more now that something cannot be taken. */
  Future<Boolean> mayRegret(ChannelAccount account, String who) {
    List<String> args =
        List.of(account + ":" + who, Long.toString(REGRET_MS), Integer.toString(MOST_REGRETS));
    return link.run(REGRET, keys(), args).map(may -> Replies.number(may) == 1);
  }

  private String taken(ChannelAccount account, String messageId) {
    return key("taken:" + account + ":" + messageId);
  }

  private List<String> keys() {
    return List.of(key(""));
  }

  private String key(String rest) {
    return link.settings().key("channels", rest);
  }
}
