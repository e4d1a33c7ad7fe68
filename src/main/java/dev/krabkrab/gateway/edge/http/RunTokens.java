package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.platform.protocol.Json;

/**
 * Tokens of a run as OpenAI counts them: what came from a cache was read too.
 *
 * @param input tokens read
 * @param cached of those, what came from a cache
 * @param cacheWritten of those, what went into one
 * @param output tokens written
 */
record RunTokens(long input, long cached, long cacheWritten, long output) {
  static RunTokens of(RunOutcome outcome) {
    JsonNode meta = outcome.meta();
    JsonNode used = meta == null ? Json.object() : meta.at("/agentMeta/usage");
    return new RunTokens(
        used.path("input").asLong()
            + used.path("cacheRead").asLong()
            + used.path("cacheWrite").asLong(),
        used.path("cacheRead").asLong(),
        used.path("cacheWrite").asLong(),
        used.path("output").asLong());
  }

  long total() {
    return input + output;
  }
}
