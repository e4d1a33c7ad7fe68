package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The schedule of a job. All times are milliseconds since 1970. Protocol 03 §22.1, §22.3. */
sealed interface CronSchedule {
  /** Nothing is due more often than this. */
  long SHORTEST_MS = 1_000;

  /** Longest interval and latest anchor, so that sums of both stay numbers: the year 5138. */
  long LONGEST_MS = 100_000_000_000_000L;

  /** Once. */
  record At(long atMs) implements CronSchedule {
    @Override
    public OptionalLong first(long nowMs) {
      return OptionalLong.of(atMs);
    }

    @Override
    public OptionalLong next(long nowMs) {
      return OptionalLong.empty();
    }
  }

  /**
   * Again and again.
   *
   * @param anchorMs what the intervals are counted from
   */
  record Every(long everyMs, long anchorMs) implements CronSchedule {
    @Override
    public OptionalLong first(long nowMs) {
      return anchorMs > nowMs ? OptionalLong.of(anchorMs) : next(nowMs);
    }

    @Override
    public OptionalLong next(long nowMs) {
      long periods = Math.max(1, Math.floorDiv(nowMs - anchorMs, everyMs) + 1);
      return OptionalLong.of(anchorMs + periods * everyMs);
    }
  }

  /** By the calendar. */
  record Calendar(CronExpression expression) implements CronSchedule {
    @Override
    public OptionalLong first(long nowMs) {
      return expression.next(nowMs);
    }

    @Override
    public OptionalLong next(long nowMs) {
      return expression.next(nowMs);
    }
  }

  /** When a job that was added or changed now is due for the first time. */
  OptionalLong first(long nowMs);

  /** When it is due next after a due time that is spent now; empty when never. */
  OptionalLong next(long nowMs);

  /**
   * Reads a schedule that its schema admits.
   *
   * @param setAtMs when it was set, which intervals without an anchor are counted from
   * @throws dev.krabkrab.gateway.platform.protocol.GatewayError when its expression or zone means
   *     nothing
   */
  static CronSchedule of(JsonNode json, long setAtMs) {
    return switch (json.path("kind").asText()) {
      case "at" -> new At(Math.min(LONGEST_MS, json.path("atMs").asLong()));
      case "every" -> every(json, setAtMs);
      default -> new Calendar(expression(json));
    };
  }

  private static Every every(JsonNode json, long setAtMs) {
    long everyMs = Math.clamp(json.path("everyMs").asLong(), SHORTEST_MS, LONGEST_MS);
    return new Every(everyMs, Math.min(LONGEST_MS, json.path("anchorMs").asLong(setAtMs)));
  }

  private static CronExpression expression(JsonNode json) {
    @Nullable String tz = Json.textOrNull(json, "tz");
    return CronExpression.of(json.path("expr").asText(), tz);
  }
}
