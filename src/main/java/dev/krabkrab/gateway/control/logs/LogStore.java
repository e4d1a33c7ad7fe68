package dev.krabkrab.gateway.control.logs;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines in Redis: one stream whose ids are the places where lines end, as in a file that all
 * instances append to. Fails open: a line that cannot be kept is lost.
 */
final class LogStore {
  private static final LuaScript APPEND = LuaScript.load("lua/control/logs/append.lua");
  private static final LuaScript TAIL = LuaScript.load("lua/control/logs/tail.lua");

  private final RedisLink link;

  LogStore(RedisLink link) {
    this.link = link;
  }

  /**
   * A part of the lines up to their end.
   *
   * @param size where the last line ends
   * @param truncated lines before these were left out
   * @param reset these do not follow the cursor
   */
  record Tail(long size, boolean truncated, boolean reset, List<String> lines) {
    Tail {
      lines = List.copyOf(lines);
    }
  }

  boolean connected() {
    return link.connected();
  }

  /** Adds lines and takes the oldest away. */
  Future<Void> append(List<String> lines, int maxLines) {
    List<String> args = new ArrayList<>(lines.size() + 1);
    args.add(Integer.toString(maxLines));
    args.addAll(lines);
    return link.run(APPEND, List.of(key()), args).mapEmpty();
  }

  /**
   * Reads the last lines.
   *
   * @param cursor end of the last line that is known, or -1 for none
   */
  Future<Tail> tail(long cursor, int limit, int maxBytes) {
    List<String> args =
        List.of(Long.toString(cursor), Integer.toString(limit), Integer.toString(maxBytes));
    return link.run(TAIL, List.of(key()), args).map(LogStore::tail);
  }

  private static Tail tail(Response answer) {
    return new Tail(
        Replies.number(answer.get(0)),
        Replies.number(answer.get(1)) == 1,
        Replies.number(answer.get(2)) == 1,
        Replies.texts(answer.get(3)).reversed());
  }

  private String key() {
    return link.settings().key("logs", "lines");
  }
}
