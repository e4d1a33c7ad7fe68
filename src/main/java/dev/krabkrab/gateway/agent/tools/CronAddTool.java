package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * {@code cron_add}: a job by the clock, for the agent that makes it and no other. Protocol 03 §22.
 */
public final class CronAddTool implements GatewayTool {
  private static final int SHORTEST_SECONDS = 60;
  private static final int LONGEST_SECONDS = 366 * 24 * 3_600;

  private final AgentCaller hands;

  CronAddTool(AgentCaller hands) {
    this.hands = hands;
  }

  @Override
  public String name() {
    return "cron_add";
  }

  @Override
  public List<String> methods() {
    return List.of("cron.add");
  }

  @Override
  public String description() {
    return "Makes a job that runs by the clock: once at a time, every so many seconds, or by a cron"
        + " expression. The message is what you are asked then; with main it is a reminder in the"
        + " main conversation instead of a run of its own.";
  }

  @Override
  public ObjectNode parameters() {
    return Json.parseObject(
        """
        {"type":"object","properties":{
          "name":{"type":"string"},
          "message":{"type":"string","description":"what is to be done"},
          "at":{"type":"string","description":"once, as 2026-12-24T18:00:00+01:00"},
          "everySeconds":{"type":"integer","description":"again and again; at least 60"},
          "cron":{"type":"string","description":"expression of five fields"},
          "timeZone":{"type":"string","description":"of the expression, as Europe/Berlin"},
          "main":{"type":"boolean"}},
         "required":["name","message"]}\
        """);
  }

  @Override
  public Future<Result> call(Use use, ObjectNode arguments) {
    return hands
        .call(use, "cron.add", params(use, arguments))
        .map(
            job ->
                Result.done(
                    "Job "
                        + job.path("id").asText()
                        + " runs next at "
                        + Instant.ofEpochMilli(job.at("/state/nextRunAtMs").asLong())
                        + "."));
  }

  private static ObjectNode params(Use use, ObjectNode arguments) {
    String name = required(arguments, "name");
    String message = required(arguments, "message");
    boolean main = arguments.path("main").asBoolean();
    ObjectNode params =
        Json.object()
            .put("name", name)
            .put("agentId", use.agentId())
            .put("sessionTarget", main ? "main" : "isolated")
            .put("wakeMode", "now");
    ObjectNode schedule = schedule(arguments);
    params.set("schedule", schedule);
    if (schedule.path("kind").asText().equals("at")) {
      params.put("deleteAfterRun", true);
    }
    params
        .putObject("payload")
        .put("kind", main ? "systemEvent" : "agentTurn")
        .put(main ? "text" : "message", message);
    return params;
  }

  private static ObjectNode schedule(ObjectNode arguments) {
    String at = Json.nonBlank(arguments, "at");
    String cron = Json.nonBlank(arguments, "cron");
    JsonNode every = arguments.path("everySeconds");
    int given = (at == null ? 0 : 1) + (cron == null ? 0 : 1) + (every.isNumber() ? 1 : 0);
    if (given != 1) {
      throw new IllegalArgumentException("say one of at, everySeconds and cron");
    }
    if (at != null) {
      return Json.object().put("kind", "at").put("atMs", moment(at).toEpochMilli());
    }
    if (cron != null) {
      ObjectNode schedule = Json.object().put("kind", "cron").put("expr", cron);
      Json.putIfPresent(schedule, "tz", Json.nonBlank(arguments, "timeZone"));
      return schedule;
    }
    long seconds = every.asLong();
    if (seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
      throw new IllegalArgumentException(
          "everySeconds must be from " + SHORTEST_SECONDS + " to " + LONGEST_SECONDS);
    }
    return Json.object().put("kind", "every").put("everyMs", seconds * 1_000);
  }

  private static Instant moment(String text) {
    try {
      return OffsetDateTime.parse(text.strip()).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "at must be a time with an offset, as 2026-12-24T18:00:00+01:00", e);
    }
  }

  private static String required(ObjectNode arguments, String field) {
    String text = Json.nonBlank(arguments, field);
    if (text == null) {
      throw new IllegalArgumentException(field + " required");
    }
    return text;
  }
}
