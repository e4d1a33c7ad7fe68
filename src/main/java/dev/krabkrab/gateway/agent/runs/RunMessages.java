package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Messages that a run adds to a transcript and no model said. Protocol 04 §18. */
final class RunMessages {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private RunMessages() {}

  /**
   * What the user says.
   *
   * @param words of the request, or what else is said in its name
   * @param happened system events that the agent gets with it
   */
  static ObjectNode user(RunRequest request, String words, List<String> happened, Instant now) {
    ObjectNode message = Json.object().put("role", "user");
    ArrayNode content = message.putArray("content");
    String stamped =
        "["
            + STAMP.format(now)
            + "] "
            + from(request)
            + words
            + "\n[message_id: "
            + request.runId().replaceAll("[\\]\\p{Cntrl}]", "_")
            + "]";
    content.addObject().put("type", "text").put("text", stamped);
    for (String event : happened) {
      content.addObject().put("type", "text").put("text", "System: " + event);
    }
    for (RunImage image : request.images()) {
      content
          .addObject()
          .put("type", "image")
          .put("mimeType", image.mimeType())
          .put("data", image.data());
    }
    Json.putIfPresent(message, "source", request.asker().authority().source());
    return message.put("timestamp", now.toEpochMilli());
  }

  /** Machines do not speak as people do; their words are on one line, so none ends the mark. */
  private static String from(RunRequest request) {
    String source = request.asker().authority().source();
    return source == null ? "" : "[from " + source + ", a machine and no person] ";
  }

  /** The answer to a command. */
  static ObjectNode injected(String text, Instant now) {
    ObjectNode message = Json.object().put("role", "assistant");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    message.put("timestamp", now.toEpochMilli()).put("stopReason", "injected");
    message.set("usage", ModelUsage.NONE.toJson());
    return message;
  }
}
