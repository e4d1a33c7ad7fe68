package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.tools.FetchService;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import java.net.URI;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A picture or a file in a request, as the protocol writes it or as OpenAI's clients do: in {@code
 * source}, or by a URL. Protocol 04 §20, §21.
 *
 * @param kind {@code input_image} or {@code input_file}
 */
record InputPart(ObjectNode json, String kind) {
  static final String IMAGE = "input_image";
  static final String FILE = "input_file";

  private static final String PDF = "application/pdf";
  private static final Set<String> IMAGES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
  private static final Set<String> FILES =
      Set.of("application/json", "text/plain", "text/markdown", "text/html", "text/csv", PDF);
  private static final int MOST_IMAGE_BYTES = 10 * 1024 * 1024;
  private static final int MOST_FILE_BYTES = 5 * 1024 * 1024;
  private static final int MOST_REDIRECTS = 3;
  private static final int FETCH_MS = 10_000;
  private static final String SOURCE = "source";
  private static final String DATA = "data:";
  private static final String BASE64 = ";base64";

  /** Null for a part that is neither. */
  static @Nullable InputPart of(JsonNode json) {
    return switch (json.path("type").asText()) {
      case IMAGE, "image_url" -> new InputPart((ObjectNode) json, IMAGE);
      case FILE -> new InputPart((ObjectNode) json, FILE);
      default -> null;
    };
  }

  boolean isImage() {
    return kind.equals(IMAGE);
  }

  /** What is taken, and how much of it. */
  FetchService.Limits limits() {
    return isImage()
        ? new FetchService.Limits("Image", IMAGES, MOST_IMAGE_BYTES, MOST_REDIRECTS, FETCH_MS)
        : new FetchService.Limits("File", FILES, MOST_FILE_BYTES, MOST_REDIRECTS, FETCH_MS);
  }

  /** Where it is; a data URL holds it itself; empty for one that is in {@code source}. */
  String url() {
    JsonNode source = json.path(SOURCE);
    if (source.isObject()) {
      return source.path("url").asText("");
    }
    for (String field : new String[] {"image_url", "file_url", "file_data"}) {
      JsonNode given = json.path(field);
      String url = given.isTextual() ? given.textValue() : given.path("url").asText("");
      if (!url.isEmpty()) {
        return url;
      }
    }
    return "";
  }

  /** Whether it has to be fetched. */
  boolean isElsewhere() {
    return !isInSource() && url().matches("(?is)\\s*https?:.*");
  }

  boolean isPdf() {
    return !isImage() && (isInSource() || url().startsWith(DATA)) && type().equals(PDF);
  }

  private boolean isInSource() {
    return json.path(SOURCE).path("type").asText().equals("base64");
  }

  /** Its media type, for one that is here. */
  String type() {
    if (isInSource()) {
      return FetchService.mediaType(json.path(SOURCE).path("media_type").asText(""));
    }
    String url = url();
    int comma = url.indexOf(',');
    if (!url.startsWith(DATA) || comma < 0 || !url.substring(0, comma).endsWith(BASE64)) {
      throw refused(
          kind + " must have a source: base64 with media_type and data, or a data URL, or a URL");
    }
    return FetchService.mediaType(url.substring(DATA.length(), comma - BASE64.length()));
  }

  /** What it holds, in base64. */
  String data() {
    String url = url();
    return isInSource()
        ? json.path(SOURCE).path("data").asText("")
        : url.substring(url.indexOf(',') + 1);
  }

  /**
   * What it holds.
   *
   * @throws BadBody when it is nothing that is taken
   */
  byte[] bytes() {
    FetchService.Limits limits = limits();
    String type = type();
    if (!limits.types().contains(type)) {
      throw refused(FetchService.unsupported(limits.what(), type));
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(data());
    } catch (IllegalArgumentException e) {
      throw refused(kind + ": invalid base64 content");
    }
    if (bytes.length > limits.maxBytes()) {
      throw refused(FetchService.tooLarge(limits.what(), bytes.length, limits.maxBytes()));
    }
    return bytes;
  }

  /** For the model. */
  String name() {
    String given = json.path("filename").asText(json.at("/source/filename").asText("file"));
    return given.replaceAll("[\"<>\\p{Cntrl}]", "_");
  }

  /** Puts what was fetched in its place. */
  void put(String type, String base64) {
    String path = URI.create(url().strip()).getPath();
    String last = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    String name = json.path("filename").asText(json.at("/source/filename").asText(last));
    json.removeAll();
    json.put("type", kind).put("filename", name.isEmpty() ? "file" : name);
    json.putObject(SOURCE).put("type", "base64").put("media_type", type).put("data", base64);
  }

  /** Puts a text in its place. */
  void putText(String text) {
    String shown = fenced(text);
    json.removeAll();
    json.put("type", "input_text").put("text", shown);
  }

  /** A text with the name of the file that it is from. */
  String fenced(String text) {
    return "<file name=\"" + name() + "\">\n" + text + "\n</file>";
  }

  static BadBody refused(String why) {
    return new BadBody(400, "Error: " + why);
  }
}
