package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Transcripts in Redis: lines of JSON that are only ever added to, each transcript by itself.
 * Protocol 04 §18, §25.1. Fails closed.
 */
final class TranscriptStore {
  private static final LuaScript APPEND = LuaScript.load("lua/agent/sessions/append.lua");
  private static final LuaScript APPEND_FENCED =
      LuaScript.load("lua/agent/sessions/append_fenced.lua");
  private static final LuaScript EXPORT = LuaScript.load("lua/agent/sessions/export.lua");
  private static final LuaScript ARCHIVE = LuaScript.load("lua/agent/sessions/archive.lua");

  /** What was put away can be fetched from Redis by hand for this long: 30 days. */
  private static final long ARCHIVE_MS = 30L * 24 * 60 * 60 * 1000;

  private final RedisLink redis;

  TranscriptStore(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * Adds a line; the first one of a transcript comes behind a header.
   *
   * @return its place, from 1
   */
  Future<Integer> append(String sessionId, ObjectNode line, Instant now) {
    return redis
        .runDurable(
            APPEND, List.of(lines(sessionId)), List.of(header(sessionId, now), Json.text(line)))
        .map(answer -> (int) Replies.number(answer) - 1);
  }

  /**
   * The same for a run.
   *
   * @param line null to keep older runs from writing and no more
   * @param token the run's; nothing is written when a later one was there
   * @return its place, from 1; 0 without a line, and -1 when nothing was written
   */
  Future<Integer> append(String sessionId, @Nullable ObjectNode line, Instant now, long token) {
    return redis
        .runDurable(
            APPEND_FENCED,
            List.of(lines(sessionId), redis.settings().key("transcript:" + sessionId, "fence")),
            List.of(
                header(sessionId, now), line == null ? "" : Json.text(line), Long.toString(token)))
        .map(answer -> (int) Replies.number(answer))
        .map(length -> length > 0 ? length - 1 : length);
  }

  private static String header(String sessionId, Instant now) {
    return Json.text(
        Json.object()
            .put("type", "session")
            .put("version", 3)
            .put("id", sessionId)
            .put("timestamp", now.toString()));
  }

  Future<Integer> length(String sessionId) {
    return redis
        .send(Request.cmd(Command.LLEN).arg(lines(sessionId)))
        .map(answer -> (int) Replies.number(answer));
  }

  /** Lines from one to another, both counted; negative ones from the end. */
  Future<List<String>> range(String sessionId, int from, int to) {
    return redis
        .send(Request.cmd(Command.LRANGE).arg(lines(sessionId)).arg(from).arg(to))
        .map(Replies::texts);
  }

  /**
   * Some lines in their order.
   *
   * @param total how many there are
   * @param last SHA-1 of the last line up to here
   */
  record Page(List<String> lines, int total, String last) {}

  /**
   * Lines behind those that were read; empty when those are not there any more.
   *
   * @param last SHA-1 of the last one that was read
   * @param bytes at most, but for a line that is longer
   */
  Future<Optional<Page>> page(String sessionId, int read, String last, int limit, int bytes) {
    List<String> args =
        List.of(Integer.toString(read), last, Integer.toString(limit), Integer.toString(bytes));
    return redis
        .run(EXPORT, List.of(lines(sessionId)), args)
        .map(Replies::texts)
        .map(
            answer ->
                answer.size() < 3
                    ? Optional.empty()
                    : Optional.of(
                        new Page(
                            answer.subList(3, answer.size()),
                            Integer.parseInt(answer.get(1)),
                            answer.get(2))));
  }

  /** Puts all of it away under that name; false when there is nothing. */
  Future<Boolean> archive(String sessionId, String name) {
    return redis
        .runDurable(
            ARCHIVE,
            List.of(lines(sessionId), archived(sessionId, name)),
            List.of(Long.toString(ARCHIVE_MS), ""))
        .map(answer -> answer.get(0).toString().equals("archived"));
  }

  /**
   * Keeps the last lines and a copy of all under that name.
   *
   * @param shortened what is left of it
   * @param lines how many those are; empty without a transcript
   */
  record Compacted(boolean shortened, OptionalInt lines) {}

  Future<Compacted> compact(String sessionId, String name, int keep) {
    return redis
        .runDurable(
            ARCHIVE,
            List.of(lines(sessionId), archived(sessionId, name)),
            List.of(Long.toString(ARCHIVE_MS), Integer.toString(keep)))
        .map(
            answer ->
                answer.size() < 2
                    ? new Compacted(false, OptionalInt.empty())
                    : new Compacted(
                        answer.get(0).toString().equals("archived"),
                        OptionalInt.of((int) Replies.number(answer.get(1)))));
  }

  private String lines(String sessionId) {
    return redis.settings().key("transcript:" + sessionId, "lines");
  }

  private String archived(String sessionId, String name) {
    return redis.settings().key("transcript:" + sessionId, name);
  }
}
