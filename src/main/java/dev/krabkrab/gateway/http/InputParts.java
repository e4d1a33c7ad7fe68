package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import dev.krabkrab.gateway.runs.RunImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Texts, pictures and files of an item of {@code /v1/responses}. Addresses are not followed.
 * Protocol 04 §21.
 */
final class InputParts {
  private static final Set<String> IMAGES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
  private static final Set<String> FILES =
      Set.of("application/json", "text/plain", "text/markdown", "text/html", "text/csv");
  private static final int MOST_IMAGE_BYTES = 10 * 1024 * 1024;
  private static final int MOST_FILE_BYTES = 5 * 1024 * 1024;
  private static final int MOST_FILE_CHARACTERS = 200_000;
  private static final String DATA = "data:";
  private static final String BASE64 = ";base64";

  private final List<RunImage> images = new ArrayList<>();

  /** The pictures met so far. */
  List<RunImage> images() {
    return images;
  }

  private record Source(String type, byte[] bytes, String base64) {}

  /**
   * The words of an item, with those of its files.
   *
   * @throws BadBody for what cannot be taken
   */
  String text(JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode part : content) {
      switch (part.path("type").asText()) {
        case "input_text", "output_text", "text" -> texts.add(part.path("text").asText());
        case "input_image" -> image(part);
        case "input_file" -> texts.add(file(part));
        default -> {
          // Other parts say nothing to an agent.
        }
      }
    }
    return String.join("\n", texts);
  }

  private void image(JsonNode part) {
    Source source = source(part, "image_url", "input_image");
    if (!IMAGES.contains(source.type())) {
      throw refused("Unsupported image MIME type: " + source.type());
    }
    check("Image", source, MOST_IMAGE_BYTES);
    images.add(new RunImage(source.type(), source.base64()));
  }

  private static String file(JsonNode part) {
    Source source = source(part, "file_data", "input_file");
    if (!FILES.contains(source.type())) {
      throw refused("Unsupported file MIME type: " + source.type());
    }
    check("File", source, MOST_FILE_BYTES);
    String text = new String(source.bytes(), StandardCharsets.UTF_8);
    String name = part.path("filename").asText(part.at("/source/filename").asText("file"));
    String cut = text.substring(0, Math.min(text.length(), MOST_FILE_CHARACTERS));
    String more = cut.length() == text.length() ? "" : "\n[cut after 200000 characters]";
    return "<file name=\""
        + name.replaceAll("[\"<>\\p{Cntrl}]", "_")
        + "\">\n"
        + cut
        + more
        + "\n</file>";
  }

  private static void check(String what, Source source, int most) {
    int size = source.bytes().length;
    if (size > most) {
      throw refused(what + " too large: " + size + " bytes (limit: " + most + " bytes)");
    }
  }

  /** From {@code source}, or as OpenAI's clients send it, from a data URL. */
  private static Source source(JsonNode part, String field, String what) {
    JsonNode source = part.path("source");
    if (source.path("type").asText().equals("base64")) {
      return decoded(source.path("media_type").asText(""), source.path("data").asText(""), what);
    }
    String url =
        source.isObject()
            ? source.path("url").asText("")
            : part.path(field).asText(part.path(field).path("url").asText(""));
    int comma = url.indexOf(',');
    if (url.startsWith(DATA) && comma > 0) {
      String head = url.substring(DATA.length(), comma);
      if (head.endsWith(BASE64)) {
        return decoded(head, url.substring(comma + 1), what);
      }
    }
    if (part.has("file_url") || url.startsWith("http:") || url.startsWith("https:")) {
      throw refused(what + ": URL sources are disabled; send a data URL");
    }
    throw refused(what + " must have a source: base64 with media_type and data, or a data URL");
  }

  private static Source decoded(String type, String base64, String what) {
    String mime = type.strip().toLowerCase(Locale.ROOT).replaceAll(";.*", "");
    try {
      return new Source(mime, Base64.getDecoder().decode(base64), base64);
    } catch (IllegalArgumentException e) {
      throw refused(what + ": invalid base64 content");
    }
  }

  private static BadBody refused(String why) {
    return new BadBody(400, "Error: " + why);
  }
}
