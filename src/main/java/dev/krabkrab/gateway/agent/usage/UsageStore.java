package dev.krabkrab.gateway.agent.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counters in Redis: a hash for each day and one for each session, both kept for a while after
 * their last change. A field is an agent, a provider and a model, and what is counted. Fails
 * closed.
 */
final class UsageStore {
  private static final LuaScript RECORD = LuaScript.load("lua/agent/usage/record.lua");
  private static final LuaScript READ = LuaScript.load("lua/agent/usage/read.lua");
  private static final Duration DAYS_KEPT = Duration.ofDays(UsageService.MOST_DAYS);
  private static final Duration SESSIONS_KEPT = Duration.ofDays(90);

  private final RedisLink link;

  UsageStore(RedisLink link) {
    this.link = link;
  }

  Future<Void> record(LocalDate day, TokenUse use) {
    String who = Json.text(Json.array().add(use.agentId()).add(use.provider()).add(use.model()));
    List<String> args =
        List.of(
            who,
            Long.toString(DAYS_KEPT.toMillis()),
            Long.toString(SESSIONS_KEPT.toMillis()),
            "input",
            count(use.input()),
            "output",
            count(use.output()),
            "cacheRead",
            count(use.cacheRead()),
            "cacheWrite",
            count(use.cacheWrite()),
            "entries",
            "1");
    return link.run(RECORD, List.of(dayKey(day), sessionKey(use.sessionKey())), args).mapEmpty();
  }

  /** What was counted on each of the days, in their order; nothing for a day without any. */
  Future<List<List<ModelUse>>> days(List<LocalDate> days) {
    return read(days.stream().map(this::dayKey).toList());
  }

  Future<List<ModelUse>> session(String key) {
    return read(List.of(sessionKey(key))).map(List::getFirst);
  }

  private Future<List<List<ModelUse>>> read(List<String> keys) {
    return link.run(READ, keys, List.of())
        .map(answer -> answer.stream().map(UsageStore::uses).toList());
  }

  private static List<ModelUse> uses(Response flat) {
    Map<String, long[]> counts = new LinkedHashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      String field = flat.get(i).toString();
      int end = field.lastIndexOf(']') + 1;
      long[] row = counts.computeIfAbsent(field.substring(0, end), none -> new long[5]);
      int column = column(field.substring(end));
      if (column >= 0) {
        row[column] = Replies.number(flat.get(i + 1));
      }
    }
    List<ModelUse> uses = new ArrayList<>();
    counts.forEach((who, row) -> add(uses, Json.tryParse(who), row));
    return uses;
  }

  private static void add(List<ModelUse> uses, @Nullable JsonNode who, long[] row) {
    if (who != null && who.size() == 3) {
      uses.add(
          new ModelUse(
              who.get(0).asText(),
              who.get(1).asText(),
              who.get(2).asText(),
              new Tokens(row[0], row[1], row[2], row[3], row[4])));
    }
  }

  /** What a release after this one may count as well is passed over. */
  private static int column(String name) {
    return switch (name) {
      case "input" -> 0;
      case "output" -> 1;
      case "cacheRead" -> 2;
      case "cacheWrite" -> 3;
      case "entries" -> 4;
      default -> -1;
    };
  }

  private static String count(long tokens) {
    return Long.toString(Math.max(0, tokens));
  }

  private String dayKey(LocalDate day) {
    return link.settings().key("usage", "day:" + day);
  }

  private String sessionKey(String key) {
    return link.settings().key("usage", "session:" + key);
  }
}
