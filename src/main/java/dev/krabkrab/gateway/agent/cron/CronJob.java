package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored. Protocol 03 §22.1.
 *
 * @param id opaque
 * @param revision grows with every change of the definition
 * @param enabled whether due times count
 * @param definition what clients set, and when; not to be changed
 * @param state the other fields of its hash
 */
record CronJob(
    String id, long revision, boolean enabled, ObjectNode definition, Map<String, String> state) {
  /** Part of a definition that clients are not shown: when its schedule was set. */
  static final String SCHEDULE_SET_AT = "scheduleSetAtMs";

  /** Names of the fields of the hash. */
  static final String LAST_RUN = "lastRun";

  static final String LAST_STATUS = "lastStatus";
  static final String LAST_ERROR = "lastError";
  static final String LAST_DURATION = "lastDuration";
  static final String FAILURES = "failures";
  private static final String NEXT = "next";
  private static final String RUN = "run";
  private static final String RUN_AT = "runAt";

  CronJob {
    state = Map.copyOf(state);
  }

  /** Reads the fields of a hash, which it takes over. */
  static CronJob of(Map<String, String> fields) {
    return new CronJob(
        fields.getOrDefault("id", ""),
        Long.parseLong(fields.getOrDefault("rev", "0")),
        "1".equals(fields.get("enabled")),
        Json.parseObject(fields.getOrDefault("def", "{}")),
        fields);
  }

  CronSchedule schedule() {
    return CronSchedule.of(definition.path("schedule"), definition.path(SCHEDULE_SET_AT).asLong());
  }

  CronPayload payload() {
    return CronPayload.of(definition.path("payload"));
  }

  boolean once() {
    return definition.path("schedule").path("kind").asText().equals("at");
  }

  boolean forMain() {
    return definition.path("sessionTarget").asText().equals("main");
  }

  boolean wakesNow() {
    return definition.path("wakeMode").asText().equals("now");
  }

  boolean deletedAfterRun() {
    return definition.path("deleteAfterRun").asBoolean();
  }

  @Nullable String agentId() {
    return Json.nonBlank(definition, "agentId");
  }

  /** The next due time, in milliseconds since 1970. */
  OptionalLong next() {
    return number(NEXT);
  }

  /** How many runs failed in a row. */
  int failures() {
    return (int) number(FAILURES).orElse(0);
  }

  /** Who saved it last. */
  CronMaker maker() {
    return CronMaker.of(definition);
  }

  boolean lastWasOk() {
    return CronStatus.OK.wire().equals(state.get(LAST_STATUS));
  }

  /** What names the run that is going on, or null. */
  @Nullable String run() {
    return state.get(RUN);
  }

  /** When the run that is going on began, in milliseconds since 1970. */
  OptionalLong runAt() {
    return number(RUN_AT);
  }

  private OptionalLong number(String field) {
    String text = state.get(field);
    // Redis writes what a script stores as a number, which may carry a fraction or an exponent.
    return text == null || text.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of((long) Double.parseDouble(text));
  }

  /** The job as clients get it. */
  ObjectNode toJson() {
    ObjectNode json = definition.deepCopy();
    json.remove(SCHEDULE_SET_AT);
    CronMaker.hide(json);
    ObjectNode job = Json.object().put("id", id);
    json.properties()
        .forEach(
            field -> {
              job.set(field.getKey(), field.getValue());
              if (field.getKey().equals("name")) {
                job.put("enabled", enabled);
              }
            });
    ObjectNode shown = job.putObject("state");
    if (enabled) {
      next().ifPresent(next -> shown.put("nextRunAtMs", next));
    }
    runAt().ifPresent(at -> shown.put("runningAtMs", at));
    number(LAST_RUN).ifPresent(at -> shown.put("lastRunAtMs", at));
    Json.putIfPresent(shown, "lastStatus", state.get(LAST_STATUS));
    String error = state.get(LAST_ERROR);
    if (error != null && !error.isEmpty()) {
      shown.put("lastError", error);
    }
    number(LAST_DURATION).ifPresent(ms -> shown.put("lastDurationMs", ms));
    return job;
  }
}
