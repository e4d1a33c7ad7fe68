package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/** The work of a job. Protocol 03 §22.1. */
sealed interface CronPayload {
  String SYSTEM_EVENT = "systemEvent";
  String AGENT_TURN = "agentTurn";

  /** Tells the main conversation something. */
  record SystemEvent(String text) implements CronPayload {}

  /**
   * Asks an agent something in a conversation of the job's own.
   *
   * @param model what it runs on, or null for the agent's own
   * @param timeoutSeconds longest time for it, or null for the usual one
   * @param deliver whether the answer goes to a channel; null leaves it to what follows
   * @param channel where to, {@code last} for the one used last, or null
   * @param to whom there, or null
   */
  record AgentTurn(
      String message,
      @Nullable String model,
      @Nullable String thinking,
      @Nullable Integer timeoutSeconds,
      @Nullable Boolean deliver,
      @Nullable String channel,
      @Nullable String to,
      boolean bestEffortDeliver)
      implements CronPayload {}

  /** Reads a payload that its schema admits. */
  static CronPayload of(JsonNode json) {
    if (json.path("kind").asText().equals(SYSTEM_EVENT)) {
      return new SystemEvent(json.path("text").asText());
    }
    JsonNode deliver = json.path("deliver");
    JsonNode timeout = json.path("timeoutSeconds");
    return new AgentTurn(
        json.path("message").asText(),
        Json.nonBlank(json, "model"),
        Json.nonBlank(json, "thinking"),
        timeout.isNumber() ? (int) Math.min(Integer.MAX_VALUE, timeout.asLong()) : null,
        deliver.isBoolean() ? deliver.booleanValue() : null,
        Json.nonBlank(json, "channel"),
        Json.nonBlank(json, "to"),
        json.path("bestEffortDeliver").asBoolean());
  }
}
