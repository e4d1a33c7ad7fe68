package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Jobs as people name and read them. */
final class CronJobs {
  private static final IdFinder FINDER = new IdFinder("job", "cron list");
  private static final int PAGE = 200;
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss VV", Locale.ROOT);

  private CronJobs() {}

  /** All jobs, those that are switched off too. */
  static ObjectNode all(GatewayClient client) {
    ObjectNode all = Json.object();
    ArrayNode jobs = all.putArray("jobs");
    int next = 0;
    do {
      JsonNode page =
          client.call(
              "cron.list",
              Json.object().put("includeDisabled", true).put("limit", PAGE).put("offset", next));
      page.path("jobs").forEach(jobs::add);
      next = page.path("nextOffset").asInt(0);
    } while (next > 0);
    return all.put("total", jobs.size());
  }

  /**
   * The id that is meant by an id, the beginning of one, or a name.
   *
   * @throws CliException when several or none fit
   */
  static String id(GatewayClient client, String wanted) {
    return FINDER.idOrName(wanted, () -> all(client).path("jobs"), "id", "name");
  }

  /** When a job is due, in its own zone, or in that of this machine where it has none. */
  static String next(JsonNode job, long nowMs) {
    long due = job.at("/state/nextRunAtMs").asLong(0);
    if (due <= 0) {
      return "";
    }
    return WHEN.format(Instant.ofEpochMilli(due).atZone(zone(job)))
        + " ("
        + Text.relative(due, nowMs)
        + ")";
  }

  private static ZoneId zone(JsonNode job) {
    String named = job.at("/schedule/tz").asText("");
    try {
      return named.isBlank() ? ZoneId.systemDefault() : ZoneId.of(named.strip());
    } catch (DateTimeException unknownHere) {
      return ZoneId.of("UTC");
    }
  }

  /** A schedule in words. */
  static String schedule(JsonNode job) {
    JsonNode schedule = job.path("schedule");
    return switch (schedule.path("kind").asText()) {
      case "at" -> "once at " + Instant.ofEpochMilli(schedule.path("atMs").asLong());
      case "every" -> "every " + span(schedule.path("everyMs").asLong());
      default -> schedule.path("expr").asText();
    };
  }

  private static String span(long ms) {
    return ms % 1_000 == 0 && ms > 0 && Text.duration(ms).length() > 1 && isWhole(ms)
        ? Text.duration(ms)
        : ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
  }

  private static boolean isWhole(long ms) {
    long seconds = ms / 1_000;
    long unit = seconds < 60 ? 1 : seconds < 3_600 ? 60 : seconds < 86_400 ? 3_600 : 86_400;
    return seconds % unit == 0;
  }
}
