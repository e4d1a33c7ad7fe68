package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/** Estimates how many tokens something takes; errs on the safe side. */
final class ContextSize {
  private static final int CHARACTERS_PER_TOKEN = 3;

  /** Of a result of a tool that has to be cut. */
  private static final long LEAST_OF_RESULT = 100;

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

  /**
   * What a model takes, in tokens as they are counted here, when it has refused what is estimated
   * to be so long.
   */
  static long learnt(long estimated, ModelFailure.TooLong why) {
    // What was refused is too long, however the provider counts.
    long less = estimated * 3 / 4;
    if (why.limit() == 0) {
      return less;
    }
    if (why.requested() > estimated) {
      return Math.min(less, why.limit() * estimated / why.requested());
    }
    return Math.min(estimated > why.limit() ? estimated : less, why.limit());
  }

  /**
   * Like {@link #fitting}, but what belongs to the last wish of the user stays together: rather
   * results of its tools are cut.
   */
  static List<ObjectNode> squeezed(List<ObjectNode> messages, long room) {
    int wish = messages.size() - 1;
    while (wish > 0 && !messages.get(wish).path("role").asText().equals("user")) {
      wish--;
    }
    List<ObjectNode> last = messages.subList(Math.max(0, wish), messages.size());
    List<ObjectNode> cut = of(last) <= room ? last : cut(last, room);
    long left = room - of(cut);
    List<ObjectNode> before = messages.subList(0, Math.max(0, wish));
    List<ObjectNode> fitting = new ArrayList<>(left > 0 ? fitting(before, left) : List.of());
    if (of(fitting) > left) {
      fitting.clear();
    }
    fitting.addAll(cut);
    return fitting;
  }

  private static List<ObjectNode> cut(List<ObjectNode> messages, long room) {
    long results = messages.stream().filter(ContextSize::isResult).count();
    long others = of(messages.stream().filter(message -> !isResult(message)).toList());
    long each = Math.max(LEAST_OF_RESULT, (room - others) / Math.max(1, results) - 12);
    int characters = (int) Math.min(Integer.MAX_VALUE, each * CHARACTERS_PER_TOKEN);
    return messages.stream().map(message -> cut(message, characters)).toList();
  }

  private static boolean isResult(ObjectNode message) {
    return message.path("role").asText().equals("toolResult");
  }

  private static ObjectNode cut(ObjectNode message, int characters) {
    if (!isResult(message)) {
      return message;
    }
    ObjectNode shorter = message.deepCopy();
    for (JsonNode block : shorter.path("content")) {
      String text = block.path("text").asText();
      if (block instanceof ObjectNode known && text.length() > characters) {
        int begin = characters * 2 / 3;
        int end = text.length() - characters / 3;
        known.put("text", text.substring(0, begin) + "\n(left out)\n" + text.substring(end));
      }
    }
    return shorter;
  }
}
