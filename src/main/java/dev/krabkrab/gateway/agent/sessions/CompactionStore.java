package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Exchanges the beginning of a transcript for one line, at once or not at all. Fails closed. */
final class CompactionStore {
  private static final LuaScript SUMMARISE = LuaScript.load("lua/agent/sessions/summarise.lua");
  private static final long ARCHIVE_MS = 30L * 24 * 60 * 60 * 1000;
  private static final DateTimeFormatter ARCHIVE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final RedisLink redis;

  CompactionStore(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * Exchanges everything before a line.
   *
   * @param index of that line, from the beginning
   * @param id of that line
   * @return false when it is not there any more, or a later run was
   */
  Future<Boolean> replace(
      String sessionId, int index, String id, ObjectNode by, Instant now, long token) {
    String transcript = "transcript:" + sessionId;
    List<String> keys =
        List.of(
            redis.settings().key(transcript, "lines"),
            redis.settings().key(transcript, sessionId + ".jsonl.bak." + ARCHIVE_TIME.format(now)),
            redis.settings().key(transcript, "fence"));
    List<String> args =
        List.of(
            Long.toString(token),
            Integer.toString(index),
            "\"id\":\"" + id + "\"",
            Json.text(by),
            Long.toString(ARCHIVE_MS));
    return redis.runDurable(SUMMARISE, keys, args).map(answer -> answer.toString().equals("done"));
  }
}
