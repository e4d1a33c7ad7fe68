package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.runs.RunImage;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern DATA_IMAGE =
      Pattern.compile("data:(image/[a-z.+-]{1,40});base64,([A-Za-z0-9+/=]+)");

  Prompt {
    images = List.copyOf(images);
  }

  private record Line(String role, String text) {}

  static Prompt ofChat(JsonNode messages) {
    List<String> instructions = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    List<RunImage> images = new ArrayList<>();
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      String text = text(message.path("content"), images);
      switch (role) {
        case "system", "developer" -> add(instructions, text);
        case "user" -> line(lines, "User", text);
        case "assistant" -> line(lines, "Assistant", text);
        case "tool", "function" -> line(lines, "Tool", text);
        default -> {
          // Unknown roles say nothing to an agent.
        }
      }
    }
    return fold(lines, images, instructions);
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
    String told = instructions.isEmpty() ? null : String.join("\n\n", instructions);
    int last = lines.size() - 1;
    while (last >= 0 && lines.get(last).role().equals("Assistant")) {
      last--;
    }
    if (last < 0) {
      return new Prompt("", images, told);
    }
    if (last == 0) {
      return new Prompt(lines.getFirst().text(), images, told);
    }
    StringBuilder message = new StringBuilder(BEFORE);
    for (int i = 0; i < last; i++) {
      message.append(i == 0 ? "" : "\n").append(shown(lines.get(i)));
    }
    return new Prompt(message.append(NOW).append(shown(lines.get(last))).toString(), images, told);
  }

  private static String shown(Line line) {
    return line.role() + ": " + line.text();
  }

  private static String text(JsonNode content, List<RunImage> images) {
    if (content.isTextual()) {
      return content.textValue();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode part : content) {
      String url = part.at("/image_url/url").asText(part.path("image_url").asText(""));
      Matcher image = DATA_IMAGE.matcher(url);
      if (image.matches()) {
        images.add(new RunImage(image.group(1), image.group(2)));
      } else {
        add(texts, part.path("text").asText());
      }
    }
    return String.join("\n", texts);
  }
}
