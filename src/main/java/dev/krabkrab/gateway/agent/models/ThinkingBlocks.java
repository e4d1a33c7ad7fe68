package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
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
final class ThinkingBlocks {
  private static final String SIGNATURE = "thinking_signature";
  private static final String REDACTED = "redacted_thinking";

  /** What is given back under the name it came with. */
  static final String REASONING = "reasoning";

  private ThinkingBlocks() {}

  /** What was thought, with what its provider knows it by again. */
  static ObjectNode block(String thinking, @Nullable String signature, List<String> redacted) {
    ObjectNode block = Json.object().put("type", "thinking").put("thinking", thinking);
    Json.putIfPresent(block, "thinkingSignature", signature);
    if (!redacted.isEmpty()) {
      block.set("redacted", Json.texts(redacted));
    }
    return block;
  }

  /** Whether it is one that its provider has signed. */
  static boolean isSigned(@Nullable JsonNode block) {
    return block != null
        && !Reasoning.is(block)
        && (block.has("thinkingSignature") || block.has("redacted"));
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
    if (Reasoning.is(thought)) {
      attributes.put(REASONING, thought);
      said.attributes(attributes);
      return;
    }
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
