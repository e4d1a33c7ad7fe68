package dev.krabkrab.gateway.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import java.util.List;

/** How many tokens something takes, roughly; errs on the safe side. */
final class ContextSize {
  private static final int CHARACTERS_PER_TOKEN = 3;

  /** Of a picture, however long its base64 is. */
  private static final int IMAGE = 1_600;

  private ContextSize() {}

  static int of(String text) {
    return text.length() / CHARACTERS_PER_TOKEN + 1;
  }

  static int of(ObjectNode message) {
    int tokens = 4;
    if (message.path("content").isTextual()) {
      return tokens + of(message.path("content").asText());
    }
    for (JsonNode block : message.path("content")) {
      tokens +=
          switch (block.path("type").asText()) {
            case "image" -> IMAGE;
            case "text" -> of(block.path("text").asText());
            default -> of(Json.text(block));
          };
    }
    return tokens;
  }

  static long of(List<ObjectNode> messages) {
    return messages.stream().mapToLong(ContextSize::of).sum();
  }

  /** The last messages, as many as there is room for; always the last one. */
  static List<ObjectNode> fitting(List<ObjectNode> messages, long room) {
    long left = room;
    int from = messages.size();
    while (from > 0) {
      left -= of(messages.get(from - 1));
      if (left < 0 && from < messages.size()) {
        break;
      }
      from--;
    }
    return messages.subList(from, messages.size());
  }
}
