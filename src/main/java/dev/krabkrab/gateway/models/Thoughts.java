package dev.krabkrab.gateway.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;
import dev.langchain4j.data.message.AiMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of {@code thinking} in transcripts: a provider that signs what its model thought wants it
 * back unchanged while tools are used. Protocol 04 §18.
 */
final class Thoughts {
  private static final String SIGNATURE = "thinking_signature";
  private static final String REDACTED = "redacted_thinking";

  private Thoughts() {}

  /** What was thought; null when it was not signed, and nobody wants it back. */
  static @Nullable ObjectNode block(AiMessage message) {
    String signature = message.attribute(SIGNATURE, String.class);
    List<?> redacted = message.attribute(REDACTED, List.class);
    if (signature == null && redacted == null) {
      return null;
    }
    ObjectNode block =
        Json.object()
            .put("type", "thinking")
            .put("thinking", message.thinking() == null ? "" : message.thinking());
    Json.putIfPresent(block, "thinkingSignature", signature);
    if (redacted != null) {
      block.set("redacted", Json.texts(redacted.stream().map(String::valueOf).toList()));
    }
    return block;
  }

  /** The thought of a message that this very model said; null when there is none. */
  static @Nullable JsonNode of(ObjectNode message, ModelName model) {
    if (!message.path("provider").asText().equals(model.provider())
        || !message.path("model").asText().equals(model.id())) {
      return null;
    }
    for (JsonNode block : message.path("content")) {
      if (block.path("type").asText().equals("thinking")) {
        return block;
      }
    }
    return null;
  }

  static void put(AiMessage.Builder said, JsonNode thought) {
    Map<String, Object> attributes = new HashMap<>();
    String signature = Json.textOrNull(thought, "thinkingSignature");
    if (signature != null) {
      attributes.put(SIGNATURE, signature);
    }
    if (thought.has("redacted")) {
      List<String> redacted = new ArrayList<>();
      thought.path("redacted").forEach(data -> redacted.add(data.asText()));
      attributes.put(REDACTED, redacted);
    }
    said.thinking(thought.path("thinking").asText()).attributes(attributes);
  }
}
