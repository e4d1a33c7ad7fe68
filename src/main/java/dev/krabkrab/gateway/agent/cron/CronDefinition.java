package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.OptionalLong;

/**
 * Makes and changes what a job is, from params that the schemas admit. What contradicts itself is
 * refused in the reference's words. Protocol 03 §22.2.
 */
final class CronDefinition {
  /** Longest definition, in characters of JSON. */
  private static final int LONGEST = 64 * 1024;

  /** Due times compared with the next one. */
  private static final int LOOKED_AT = 100;

  private static final List<String> COPIED =
      List.of("description", "deleteAfterRun", "sessionTarget", "wakeMode");

  private CronDefinition() {}

  /** The definition of a new job. */
  static ObjectNode added(JsonNode params, long nowMs) {
    ObjectNode definition = Json.object();
    agent(definition, params);
    name(definition, params);
    description(definition, params);
    copy(definition, params, "deleteAfterRun");
    definition.put("createdAtMs", nowMs).put("updatedAtMs", nowMs);
    definition.set("schedule", params.path("schedule"));
    copy(definition, params, "sessionTarget");
    copy(definition, params, "wakeMode");
    definition.set("payload", params.path("payload"));
    copy(definition, params, "isolation");
    definition.put(CronJob.SCHEDULE_SET_AT, nowMs);
    return checked(definition);
  }

  /** The definition after a patch. */
  static ObjectNode patched(ObjectNode before, JsonNode patch, long nowMs) {
    ObjectNode definition = before.deepCopy();
    agent(definition, patch);
    if (patch.has("name")) {
      name(definition, patch);
    }
    COPIED.forEach(field -> copy(definition, patch, field));
    description(definition, patch);
    copy(definition, patch, "isolation");
    if (patch.has("schedule")) {
      definition.set("schedule", patch.path("schedule"));
      definition.put(CronJob.SCHEDULE_SET_AT, nowMs);
    }
    if (patch.get("payload") instanceof ObjectNode payload) {
      definition.set("payload", payload(before.path("payload"), payload));
    }
    definition.put("updatedAtMs", nowMs);
    return checked(definition);
  }

  private static void agent(ObjectNode definition, JsonNode from) {
    if (from.path("agentId").isNull()) {
      definition.remove("agentId");
    } else {
      copy(definition, from, "agentId");
    }
  }

  private static void name(ObjectNode definition, JsonNode from) {
    String name = Json.nonBlank(from, "name");
    if (name == null) {
      throw refused("cron job name is required");
    }
    definition.put("name", name);
  }

  private static void description(ObjectNode definition, JsonNode from) {
    if (from.has("description")) {
      definition.remove("description");
      Json.putIfPresent(definition, "description", Json.nonBlank(from, "description"));
    }
  }

  private static void copy(ObjectNode definition, JsonNode from, String field) {
    if (from.hasNonNull(field)) {
      definition.set(field, from.get(field));
    }
  }

  /** Of the same kind, fields are merged; another kind has to be whole. */
  private static ObjectNode payload(JsonNode before, ObjectNode patch) {
    if (before instanceof ObjectNode known && known.path("kind").equals(patch.path("kind"))) {
      ObjectNode merged = known.deepCopy();
      merged.setAll(patch);
      return merged;
    }
    String kind = patch.path("kind").asText();
    String content = kind.equals(CronPayload.SYSTEM_EVENT) ? "text" : "message";
    if (Json.textOrNull(patch, content) == null) {
      throw refused("cron.update payload.kind=\"" + kind + "\" requires " + content);
    }
    return patch;
  }

  private static ObjectNode checked(ObjectNode definition) {
    String target = definition.path("sessionTarget").asText();
    String kind = definition.path("payload").path("kind").asText();
    if (target.equals("main") && !kind.equals(CronPayload.SYSTEM_EVENT)) {
      throw refused("main cron jobs require payload.kind=\"systemEvent\"");
    }
    if (target.equals("isolated") && !kind.equals(CronPayload.AGENT_TURN)) {
      throw refused("isolated cron jobs require payload.kind=\"agentTurn\"");
    }
    CronSchedule.of(definition.path("schedule"), 0);
    if (Json.text(definition).length() > LONGEST) {
      throw refused("cron job too large (max " + LONGEST + " characters)");
    }
    return definition;
  }

  /**
   * Refuses a job that would run an agent too often: each turn of one costs money.
   *
   * @param nowMs from when on it is due
   * @param leastMs {@code cron.minTurnIntervalMs}
   */
  static void checkPace(ObjectNode definition, long nowMs, long leastMs) {
    if (!definition.path("payload").path("kind").asText().equals(CronPayload.AGENT_TURN)) {
      return;
    }
    CronSchedule schedule =
        CronSchedule.of(
            definition.path("schedule"), definition.path(CronJob.SCHEDULE_SET_AT).asLong());
    OptionalLong due = schedule.first(nowMs);
    for (int looked = 0; looked < LOOKED_AT && due.isPresent(); looked++) {
      OptionalLong next = schedule.next(due.getAsLong());
      if (next.isPresent() && next.getAsLong() - due.getAsLong() < leastMs) {
        throw refused(
            "schedule runs the agent again after "
                + (next.getAsLong() - due.getAsLong()) / 1_000
                + " s; at least "
                + leastMs / 1_000
                + " s have to lie between two turns (cron.minTurnIntervalMs)");
      }
      due = next;
    }
  }

  static GatewayError refused(String message) {
    return GatewayError.unavailable("Error: " + message);
  }
}
