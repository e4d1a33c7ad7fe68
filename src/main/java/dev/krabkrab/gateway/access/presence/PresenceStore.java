package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The presence lines of all instances and the version of their list, in Redis. */
final class PresenceStore {
  private static final LuaScript CONNECT = LuaScript.load("lua/access/presence/connect.lua");
  private static final LuaScript DISCONNECT = LuaScript.load("lua/access/presence/disconnect.lua");
  private static final LuaScript BEACON = LuaScript.load("lua/access/presence/beacon.lua");
  private static final LuaScript ASSERT = LuaScript.load("lua/access/presence/assert.lua");
  private static final LuaScript GONE = LuaScript.load("lua/access/presence/gone.lua");
  private static final LuaScript READ = LuaScript.load("lua/access/presence/read.lua");
  private static final LuaScript ADVANCE = LuaScript.load("lua/access/presence/advance.lua");

  private static final String ROW_TTL = Long.toString(PresenceView.ROW_TTL_MS);
  private static final String MAX_ROWS = Integer.toString(PresenceView.MAX_ROWS);

  private final RedisLink link;
  private final StateVersions versions;
  private final String lines;
  private final String version;
  private final String live;
  private final String rows;
  private final String health;

  /**
   * The outcome of a change.
   *
   * @param version presence version after it; 0 when nothing changed
   * @param now Redis time, epoch milliseconds
   * @param extra what the script adds: lines touched, or whether a row was left
   */
  record Change(long version, long now, long extra) {}

  /** All lines at one version. */
  record Reading(Change change, List<PresenceLine> lines) {}

  PresenceStore(RedisLink link, StateVersions versions) {
    this.link = link;
    this.versions = versions;
    this.lines = key("lines");
    this.version = key("version");
    this.live = key("live");
    this.rows = key("rows");
    this.health = key("health");
  }

  Future<Change> connect(PresenceLine line) {
    List<String> keys = List.of(lines, version, live, health);
    return link.run(CONNECT, keys, List.of(line.field(), line.key(), line.entry(), shown()))
        .map(
            reply -> {
              versions.sawHealth(Replies.number(reply.get(2)));
              return new Change(Replies.number(reply.get(0)), Replies.number(reply.get(1)), 1);
            });
  }

  Future<Change> disconnect(String field, String key, String remainder) {
    List<String> args = List.of(field, key, remainder, shown(), ROW_TTL, MAX_ROWS);
    return link.run(DISCONNECT, List.of(lines, version, live, rows), args)
        .map(PresenceStore::change);
  }

  Future<Change> beacon(String key, String entry) {
    List<String> args = List.of(key, entry, shown(), ROW_TTL, MAX_ROWS);
    return link.run(BEACON, List.of(lines, version, rows), args)
        .map(reply -> new Change(Replies.number(reply.get(0)), Replies.number(reply.get(1)), 1));
  }

  Future<Reading> assertOwn(String instance, Collection<PresenceLine> own) {
    List<String> args = new ArrayList<>(2 + 4 * own.size());
    args.add(instance);
    args.add(shown());
    for (PresenceLine line : own) {
      args.add(line.field());
      args.add(line.kind() == PresenceLine.Kind.LIVE ? line.key() : "");
      args.add(line.untimed());
      args.add(Long.toString(line.ts()));
    }
    return link.run(ASSERT, List.of(lines, version, live, rows), args).map(PresenceStore::reading);
  }

  Future<Reading> read() {
    return link.run(READ, List.of(lines, version), List.of()).map(PresenceStore::reading);
  }

  Future<Change> gone(String instance) {
    return link.run(GONE, List.of(lines, version, live, rows), List.of(instance, shown()))
        .map(PresenceStore::change);
  }

  Future<Long> version() {
    return link.send(Request.cmd(Command.GET).arg(version))
        .map(reply -> reply == null ? 0L : Replies.number(reply));
  }

  Future<Long> advancePresence() {
    return link.run(ADVANCE, List.of(version), List.of(shown())).map(Replies::number);
  }

  boolean connected() {
    return link.connected();
  }

  private String shown() {
    return Long.toString(versions.presence());
  }

  private String key(String rest) {
    return link.settings().key("presence", rest);
  }

  private static Change change(Response reply) {
    return new Change(
        Replies.number(reply.get(0)), Replies.number(reply.get(1)), Replies.number(reply.get(2)));
  }

  private static Reading reading(Response reply) {
    Change change = change(reply);
    List<PresenceLine> lines = new ArrayList<>();
    Response flat = reply.get(3);
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      PresenceLine line =
          PresenceLine.decode(flat.get(i).toString(), flat.get(i + 1).toString(), change.version());
      if (line != null) {
        lines.add(line);
      }
    }
    return new Reading(change, lines);
  }
}
