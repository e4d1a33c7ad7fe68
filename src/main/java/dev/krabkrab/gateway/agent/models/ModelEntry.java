package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;

/**
 * The settings of one model in the gateway document.
 *
 * @param reasoning it can think before it answers
 * @param maxTokens of an answer; 0 when the document does not say
 * @param contextWindow in tokens; 0 when the document does not say
 */
record ModelEntry(boolean reasoning, int maxTokens, int contextWindow) {
  static ModelEntry of(JsonNode document, ModelName name) {
    for (JsonNode entry : document.at("/models/providers").path(name.provider()).path("models")) {
      if (entry.path("id").asText().equals(name.id())) {
        return new ModelEntry(
            entry.path("reasoning").asBoolean(),
            Math.max(0, entry.path("maxTokens").asInt()),
            Math.max(0, entry.path("contextWindow").asInt()));
      }
    }
    return new ModelEntry(false, 0, 0);
  }
}
