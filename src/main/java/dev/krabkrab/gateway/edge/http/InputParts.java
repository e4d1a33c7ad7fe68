package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.runs.RunImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts, pictures and files of a request, where everything is in the request itself. Protocol 04
 * §20, §21.
 */
final class InputParts {
  private static final int MOST_FILE_CHARACTERS = 200_000;

  private final List<RunImage> images = new ArrayList<>();

  /** The pictures met so far. */
  List<RunImage> images() {
    return images;
  }

  /**
   * The words of an item, with those of its files.
   *
   * @throws HttpBody.BadBody for what cannot be taken
   */
  String text(JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode json : content) {
      InputPart part = InputPart.of(json);
      if (part == null) {
        // Parts of other kinds say nothing to an agent.
        String text = json.path("text").asText("");
        if (!text.isBlank()) {
          texts.add(text);
        }
      } else if (part.isImage()) {
        part.bytes();
        images.add(new RunImage(part.type(), part.data()));
      } else {
        texts.add(file(part));
      }
    }
    return String.join("\n", texts);
  }

  private static String file(InputPart part) {
    String text = new String(part.bytes(), StandardCharsets.UTF_8);
    String cut = text.substring(0, Math.min(text.length(), MOST_FILE_CHARACTERS));
    return part.fenced(
        cut.length() == text.length() ? cut : cut + "\n[cut after 200000 characters]");
  }
}
