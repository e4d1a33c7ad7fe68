package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Variables;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A provider of models: an entry of {@code models.providers} of the gateway document.
 *
 * @param api how it is spoken to: {@code openai-completions}, {@code anthropic-messages} or {@code
 *     ollama}
 * @param baseUrl where it is; null for the vendor's own address
 * @param apiKey null without one
 * @param headers sent with each request
 */
public record ModelProvider(
    String name,
    Api api,
    @Nullable String baseUrl,
    @Nullable String apiKey,
    Map<String, String> headers) {

  /** The API of a provider. */
  public enum Api {
    OPENAI("openai-completions"),
    ANTHROPIC("anthropic-messages"),
    OLLAMA("ollama");

    private final String wire;

    Api(String wire) {
      this.wire = wire;
    }

    /** As the document and transcripts name it. */
    public String wire() {
      return wire;
    }

    /** By its name, else by the provider's; OpenAI's is what most speak. */
    static Api of(String text, String provider) {
      for (Api api : values()) {
        if (api.wire.equals(text)) {
          return api;
        }
      }
      return switch (provider) {
        case "anthropic" -> ANTHROPIC;
        case "ollama" -> OLLAMA;
        default -> OPENAI;
      };
    }
  }

  public ModelProvider {
    headers = Map.copyOf(headers);
  }

  /**
   * Reads the document.
   *
   * @param variables that settings may name
   * @return null when the document has no such provider
   * @throws IllegalArgumentException with a message for the operator when it is not set properly
   */
  static @Nullable ModelProvider of(JsonNode document, String name, Variables variables) {
    JsonNode entry = document.at("/models/providers").path(name);
    if (!entry.isObject()) {
      return null;
    }
    String where = "models.providers." + name;
    Map<String, String> headers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> header : entry.path("headers").properties()) {
      headers.put(
          header.getKey(),
          variables.fill(where + ".headers." + header.getKey(), header.getValue().asText()));
    }
    String key = Json.nonBlank(entry, "apiKey");
    String url = Json.nonBlank(entry, "baseUrl");
    return new ModelProvider(
        name,
        Api.of(entry.path("api").asText(), name),
        url == null ? null : checked(where, url),
        key == null ? null : variables.fill(where + ".apiKey", key),
        headers);
  }

  private static String checked(String where, String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ".baseUrl is not a URL: " + url, e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(where + ".baseUrl must begin with http:// or https://");
    }
    return url;
  }

  /** Without the key and the headers. */
  @Override
  public String toString() {
    return "ModelProvider[" + name + ", " + api.wire() + ", " + baseUrl + "]";
  }
}
