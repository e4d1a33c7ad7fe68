package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.runs.RunImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that came in one request, folded into one message for an agent. Protocol 04 §20,
 * §21.
 *
 * @param message what is to be answered, with what was said before as context; blank when no user
 *     said anything
 * @param instructions of {@code system} and {@code developer} messages; null without one
 */
record Prompt(String message, List<RunImage> images, @Nullable String instructions) {
  private static final String BEFORE = "[Chat messages since your last reply - for context]\n";
  private static final String NOW = "\n\n[Current message - respond to this]\n";

  Prompt {
    images = List.copyOf(images);
  }

  private record Line(String role, String text) {}

  /**
   * Of the messages of a chat.
   *
   * @param more instructions besides, or null
   * @throws HttpBody.BadBody for a picture that cannot be taken
   */
  static Prompt ofChat(JsonNode messages, @Nullable String more) {
    List<String> instructions = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    InputParts parts = new InputParts();
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      String text = parts.text(message.path("content"));
      switch (role) {
        case "system", "developer" -> add(instructions, text);
        case "user" -> line(lines, "User", text);
        case "assistant" -> {
          line(lines, "Assistant", text);
          for (JsonNode call : message.path("tool_calls")) {
            line(lines, "Assistant", called(call.path("function")));
          }
        }
        case "tool", "function" -> line(lines, "Tool", text);
        default -> {
          // Unknown roles say nothing to an agent.
        }
      }
    }
    if (more != null) {
      instructions.add(more);
    }
    return fold(lines, parts.images(), instructions);
  }

  /** A call as it stands in a folded conversation. */
  static String called(JsonNode call) {
    return "[called " + call.path("name").asText() + " " + call.path("arguments").asText() + "]";
  }

  private static void add(List<String> texts, String text) {
    if (!text.isBlank()) {
      texts.add(text);
    }
  }

  private static void line(List<Line> lines, String role, String text) {
    if (!text.isBlank()) {
      lines.add(new Line(role, text));
    }
  }

  static Prompt fold(
      List<String> roles,
      List<String> texts,
      List<RunImage> images,
      @Nullable String instructions) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      line(lines, roles.get(i), texts.get(i));
    }
    return fold(lines, images, instructions == null ? List.of() : List.of(instructions));
  }

  private static Prompt fold(List<Line> lines, List<RunImage> images, List<String> instructions) {
    String joined = instructions.isEmpty() ? null : String.join("\n\n", instructions);
    int last = lines.size() - 1;
    while (last >= 0 && lines.get(last).role().equals("Assistant")) {
      last--;
    }
    if (last < 0) {
      return new Prompt("", images, joined);
    }
    if (last == 0) {
      return new Prompt(lines.getFirst().text(), images, joined);
    }
    StringBuilder message = new StringBuilder(BEFORE);
    for (int i = 0; i < last; i++) {
      message.append(i == 0 ? "" : "\n").append(shown(lines.get(i)));
    }
    return new Prompt(
        message.append(NOW).append(shown(lines.get(last))).toString(), images, joined);
  }

  private static String shown(Line line) {
    return line.role() + ": " + line.text();
  }
}
