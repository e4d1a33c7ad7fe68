package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code messages.tts} of the gateway document. Protocol 03 §16.
 *
 * @param auto which answers are read out where no preference says otherwise
 * @param provider who reads them out then, or null to choose by what is set up
 * @param openAi an endpoint that speaks OpenAI's {@code /audio/speech}
 * @param elevenLabs an endpoint that speaks ElevenLabs' {@code /v1/text-to-speech}
 * @param maxTextLength characters of a text at most, 1 to 100000; default 4096
 * @param timeoutMs longest wait for the audio, 1000 to 120000 ms; default 30000
 */
public record SpeechSettings(
    String auto,
    @Nullable SpeechProvider provider,
    Endpoint openAi,
    Endpoint elevenLabs,
    int maxTextLength,
    long timeoutMs) {
  private static final Set<String> MODES = Set.of("off", "always", "inbound", "tagged");
  private static final int MAX_TEXT = 4_096;
  private static final int LONGEST_TEXT = 100_000;
  private static final long TIMEOUT_MS = 30_000;
  private static final long SHORTEST_MS = 1_000;
  private static final long LONGEST_MS = 120_000;

  /**
   * The address and settings of a provider.
   *
   * @param baseUrl without a slash at its end
   * @param apiKey null for an endpoint that asks for none
   * @param configured whether the document names a key or an address
   */
  public record Endpoint(
      String baseUrl, @Nullable String apiKey, String model, String voice, boolean configured) {
    static Endpoint of(JsonNode object, String usualUrl, String usualModel, String usualVoice) {
      String url = Json.nonBlank(object, "baseUrl");
      String key = secret(Json.nonBlank(object, "apiKey"));
      return new Endpoint(
          or(url, usualUrl).replaceAll("/+$", ""),
          key,
          or(first(object, "model", "modelId"), usualModel),
          or(first(object, "voice", "voiceId"), usualVoice),
          key != null || url != null);
    }

    private static @Nullable String secret(@Nullable String text) {
      return text == null || Placeholders.isNoSecret(text) ? null : text;
    }

    private static @Nullable String first(JsonNode object, String field, String other) {
      String text = Json.nonBlank(object, field);
      return text == null ? Json.nonBlank(object, other) : text;
    }

    private static String or(@Nullable String text, String otherwise) {
      return text == null ? otherwise : text;
    }

    /** Without the key. */
    @Override
    public String toString() {
      return "Endpoint[" + baseUrl + ", model=" + model + ", voice=" + voice + "]";
    }
  }

  /** Reads the document; a value that is missing or cannot be used is the default. */
  public static SpeechSettings of(JsonNode document) {
    JsonNode tts = document.at("/messages/tts");
    String auto = tts.path("auto").asText("");
    int longest = tts.path("maxTextLength").asInt(MAX_TEXT);
    return new SpeechSettings(
        MODES.contains(auto) ? auto : tts.path("enabled").asBoolean() ? "always" : "off",
        SpeechProvider.of(tts.path("provider").asText("")).orElse(null),
        Endpoint.of(tts.path("openai"), "https://api.openai.com/v1", "gpt-4o-mini-tts", "alloy"),
        Endpoint.of(
            tts.path("elevenlabs"),
            "https://api.elevenlabs.io",
            "eleven_multilingual_v2",
            "pMsXgVXv3BLzUgSXRplE"),
        longest < 1 || longest > LONGEST_TEXT ? MAX_TEXT : longest,
        Math.clamp(tts.path("timeoutMs").asLong(TIMEOUT_MS), SHORTEST_MS, LONGEST_MS));
  }

  /** Whether the provider is configured. */
  boolean has(SpeechProvider wanted) {
    return switch (wanted) {
      case OPENAI -> openAi.configured();
      case ELEVENLABS -> elevenLabs.configured();
      case EDGE -> false;
    };
  }

  /** The provider to try first. */
  SpeechProvider active(@Nullable SpeechProvider preferred) {
    if (preferred != null) {
      return preferred;
    }
    if (provider != null) {
      return provider;
    }
    if (has(SpeechProvider.OPENAI)) {
      return SpeechProvider.OPENAI;
    }
    return has(SpeechProvider.ELEVENLABS) ? SpeechProvider.ELEVENLABS : SpeechProvider.EDGE;
  }
}
