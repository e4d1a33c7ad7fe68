package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reasoning of a model of an OpenAI-compatible server, under the name that the server gives it:
 * with the calls that came of it the server wants it back so.
 */
final class Reasoning {
  /** Names in use; none is a part of OpenAI's own API. */
  static final List<String> NAMES =
      List.of("reasoning_content", "reasoning", "thinking", "reasoning_text");

  static final String DETAILS = "reasoning_details";

  /** More is not given back: it would be read again with each request. */
  private static final int MOST = 400_000;

  private final StringBuilder text = new StringBuilder();
  private final ArrayNode details = Json.array();
  private @Nullable String name;
  private int size;

  /** Takes what a delta, or a message, holds of it; true when it holds some. */
  boolean add(JsonNode delta) {
    boolean some = false;
    for (String field : NAMES) {
      JsonNode piece = delta.path(field);
      if (piece.isTextual() && !piece.textValue().isEmpty()) {
        some = true;
        // Some say the same under two names.
        name = name == null ? field : name;
        if (field.equals(name)) {
          size += piece.textValue().length();
          text.append(size <= MOST ? piece.textValue() : "");
        }
      }
    }
    for (JsonNode piece : delta.path(DETAILS)) {
      some = true;
      size += piece.toString().length();
      if (piece instanceof ObjectNode detail && size <= MOST) {
        detail(detail);
      }
    }
    return some;
  }

  /** Pieces of one detail become one again. */
  private void detail(ObjectNode piece) {
    ObjectNode last =
        details.isEmpty()
            ? null
            : details.get(details.size() - 1) instanceof ObjectNode o ? o : null;
    boolean same =
        last != null
            && last.path("type").equals(piece.path("type"))
            && last.path("index").equals(piece.path("index"))
            && !piece.has("data");
    if (last == null || !same) {
      details.add(piece.deepCopy());
      return;
    }
    for (var field : piece.properties()) {
      boolean goesOn = List.of("text", "summary").contains(field.getKey());
      String before = last.path(field.getKey()).asText("");
      if (goesOn && field.getValue().isTextual()) {
        last.put(field.getKey(), before + field.getValue().textValue());
      } else if (!field.getValue().isNull()) {
        last.set(field.getKey(), field.getValue());
      }
    }
  }

  /** As transcripts hold it; null when there is nothing to give back. Protocol 04 §18. */
  @Nullable ObjectNode block() {
    if (size > MOST || (name == null && details.isEmpty())) {
      return null;
    }
    ObjectNode block = Json.object().put("type", "thinking").put("thinking", text.toString());
    Json.putIfPresent(block, "thinkingSignature", name);
    if (!details.isEmpty()) {
      block.set("reasoningDetails", details);
    }
    return block;
  }

  /** Whether a block of a transcript is one of these. */
  static boolean is(JsonNode block) {
    return block.has("reasoningDetails")
        || NAMES.contains(block.path("thinkingSignature").asText());
  }

  /** Puts it back into a message of a request. */
  static void put(ObjectNode message, JsonNode block) {
    String field = block.path("thinkingSignature").asText();
    if (NAMES.contains(field)) {
      message.put(field, block.path("thinking").asText());
    }
    if (block.has("reasoningDetails")) {
      message.set(DETAILS, block.path("reasoningDetails"));
    }
  }
}
