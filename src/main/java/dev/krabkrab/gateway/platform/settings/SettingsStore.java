package dev.krabkrab.gateway.platform.settings;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gateway document in Redis: one hash with its text and revision. */
final class SettingsStore {
  private static final LuaScript SEED = LuaScript.load("lua/platform/settings/seed.lua");
  private static final LuaScript REPLACE = LuaScript.load("lua/platform/settings/replace.lua");

  private final RedisLink link;
  private final String key;

  SettingsStore(RedisLink link, RedisSettings settings) {
    this.link = link;
    this.key = settings.key("doc", "gateway");
  }

  /** What {@link #seed} found or made. */
  record Seeded(boolean created, GatewayDocument document) {}

  /** Stores the document unless there is one; tells which one is stored now. */
  Future<Seeded> seed(GatewayDocument first) {
    return link.run(SEED, List.of(key), List.of(first.raw(), first.hash()))
        .map(
            reply ->
                new Seeded(
                    Replies.number(reply.get(0)) == 1,
                    GatewayDocument.stored(reply.get(1).toString(), reply.get(2).toString())));
  }

  /** The stored document, or null when there is none. */
  Future<@Nullable GatewayDocument> read() {
    return link.send(Request.cmd(Command.HMGET).arg(key).arg("raw").arg("hash"))
        .map(
            reply -> {
              String raw = Replies.text(reply.get(0));
              String hash = Replies.text(reply.get(1));
              return raw == null || hash == null ? null : GatewayDocument.stored(raw, hash);
            });
  }

  /** Replaces revision {@code expected}; false when the stored document is another one. */
  Future<Boolean> replace(String expected, GatewayDocument next) {
    return link.runDurable(REPLACE, List.of(key), List.of(expected, next.raw(), next.hash()))
        .map(reply -> Replies.number(reply) == 1);
  }

  Future<Void> close() {
    return link.close();
  }
}
