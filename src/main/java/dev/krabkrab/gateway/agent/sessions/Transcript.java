package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows the lines of a transcript. Protocol 04 §8, §16.1, §16.2. */
final class Transcript {
  private static final Pattern ENVELOPE =
      Pattern.compile(
          "^\\s*\\[(?:[^\\]]*\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}"
              + "|(?:WebChat|WhatsApp|Telegram|Signal|Slack|Discord|iMessage|Teams|Matrix|Zalo"
              + "|BlueBubbles|Google Chat|Mattermost|LINE)\\b)[^\\]]*]\\s*");
  private static final Pattern MESSAGE_ID =
      Pattern.compile("(?m)^\\s*\\[message_id:[^\\]\\n]*]\\s*$\\R?");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int TITLE = 60;
  private static final int NAMED_CALLS = 2;

  private Transcript() {}

  /** The message of a line; null for any other line. */
  static @Nullable ObjectNode message(String line) {
    ObjectNode parsed = messageLine(line);
    return parsed == null ? null : (ObjectNode) parsed.get("message");
  }

  /** A line with a message; null for any other line. */
  static @Nullable ObjectNode messageLine(String line) {
    return Json.tryParse(line) instanceof ObjectNode parsed
            && parsed.path("type").asText().equals("message")
            && parsed.path("message").isObject()
        ? parsed
        : null;
  }

  /** The message of a line as clients of protocol 4 see it: they know it again by its id. */
  static ObjectNode named(ObjectNode line) {
    ObjectNode message = shown((ObjectNode) line.get("message")).deepCopy();
    Json.putIfPresent(message, "idempotencyKey", Json.textOrNull(line, "idempotencyKey"));
    message.putObject("__openclaw").put("id", line.path("id").asText());
    return message;
  }

  /** A message as clients see it: without what a channel wrote around a user's words. */
  static ObjectNode shown(ObjectNode message) {
    if (!message.path("role").asText().equals("user")) {
      return message;
    }
    ObjectNode copy = message.deepCopy();
    if (copy.path("content").isTextual()) {
      return copy.put("content", plain(copy.path("content").textValue()));
    }
    for (JsonNode block : copy.path("content")) {
      if (block instanceof ObjectNode text && text.path("text").isTextual()) {
        text.put("text", plain(text.path("text").textValue()));
      }
    }
    return copy;
  }

  private static String plain(String text) {
    String inner = ENVELOPE.matcher(text).replaceFirst("");
    return MESSAGE_ID.matcher(inner).replaceAll("").stripTrailing();
  }

  /** The words of a message, without its other blocks. */
  static String text(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return content.textValue();
    }
    List<String> texts = new ArrayList<>();
    content.forEach(
        block -> {
          if (block.path("text").isTextual()) {
            texts.add(block.path("text").textValue());
          }
        });
    return String.join("\n", texts);
  }

  /** The first thing a user said, cut at a word; null when nobody has said anything. */
  static @Nullable String title(List<String> firstLines) {
    for (String line : firstLines) {
      ObjectNode message = message(line);
      if (message != null && message.path("role").asText().equals("user")) {
        String words = BLANKS.matcher(text(shown(message))).replaceAll(" ").strip();
        if (!words.isEmpty()) {
          return cutAtWord(words);
        }
      }
    }
    return null;
  }

  private static String cutAtWord(String words) {
    if (words.length() <= TITLE) {
      return words;
    }
    int space = words.lastIndexOf(' ', TITLE - 1);
    return words.substring(0, space > 0 ? space : TITLE - 1) + "…";
  }

  /** The last thing somebody said; null when there is none. */
  static @Nullable String lastWords(List<String> lastLines) {
    for (String line : lastLines.reversed()) {
      ObjectNode message = message(line);
      String role = message == null ? "" : message.path("role").asText();
      String words = message == null ? "" : text(shown(message)).strip();
      if ((role.equals("user") || role.equals("assistant")) && !words.isEmpty()) {
        return words;
      }
    }
    return null;
  }

  /** One item of a preview. */
  static ArrayNode items(List<String> lines, int limit, int maxChars) {
    List<ObjectNode> items = new ArrayList<>();
    for (String line : lines) {
      ObjectNode message = message(line);
      if (message != null) {
        addItem(items, shown(message), maxChars);
      }
    }
    ArrayNode last = Json.array();
    items.subList(Math.max(0, items.size() - limit), items.size()).forEach(last::add);
    return last;
  }

  private static void addItem(List<ObjectNode> items, ObjectNode message, int maxChars) {
    String calls = calls(message);
    if (!calls.isEmpty()) {
      items.add(item("tool", calls, maxChars));
    }
    String words = text(message).strip();
    String media = words.isEmpty() && calls.isEmpty() ? media(message) : words;
    if (!media.isEmpty()) {
      items.add(item(role(message), media, maxChars));
    }
  }

  private static String role(ObjectNode message) {
    return switch (message.path("role").asText()) {
      case "user" -> "user";
      case "assistant" -> "assistant";
      case "toolResult", "tool" -> "tool";
      case "system" -> "system";
      default -> "other";
    };
  }

  private static String calls(ObjectNode message) {
    List<String> names = new ArrayList<>();
    message
        .path("content")
        .forEach(
            block -> {
              if (block.path("type").asText().equals("toolCall")) {
                names.add(block.path("name").asText("tool"));
              }
            });
    String named = names.stream().limit(NAMED_CALLS).collect(Collectors.joining(", "));
    int more = names.size() - NAMED_CALLS;
    return names.isEmpty() ? "" : "call " + named + (more > 0 ? " +" + more : "");
  }

  private static String media(ObjectNode message) {
    for (JsonNode block : message.path("content")) {
      String type = block.path("type").asText();
      if (!type.isEmpty() && !type.equals("text") && !type.equals("thinking")) {
        return "[" + type + "]";
      }
    }
    return "";
  }

  private static ObjectNode item(String role, String text, int maxChars) {
    String cut = text.length() <= maxChars ? text : text.substring(0, maxChars - 3) + "...";
    return Json.object().put("role", role).put("text", cut);
  }
}
