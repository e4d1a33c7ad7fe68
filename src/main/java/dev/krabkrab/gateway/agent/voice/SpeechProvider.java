package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The providers that read texts out, in the order in which they are tried. Protocol 03 §16. */
public enum SpeechProvider {
  OPENAI(
      "openai",
      "OpenAI",
      "gpt-4o-mini-tts tts-1 tts-1-hd",
      "alloy ash coral echo fable onyx nova sage shimmer"),
  ELEVENLABS(
      "elevenlabs",
      "ElevenLabs",
      "eleven_multilingual_v2 eleven_turbo_v2_5 eleven_monolingual_v1",
      ""),
  /** Known to clients; this gateway has no such voice. */
  EDGE("edge", "Edge TTS", "", "");

  private final String id;
  private final String label;
  private final String models;
  private final String voices;

  SpeechProvider(String id, String label, String models, String voices) {
    this.id = id;
    this.label = label;
    this.models = models;
    this.voices = voices;
  }

  /** Its name on the wire and in the document. */
  public String id() {
    return id;
  }

  static Optional<SpeechProvider> of(String id) {
    return Arrays.stream(values()).filter(provider -> provider.id.equals(id)).findFirst();
  }

  /** This one, then the others. */
  List<SpeechProvider> andThenOthers() {
    List<SpeechProvider> order = new ArrayList<>(List.of(values()));
    order.remove(this);
    order.addFirst(this);
    return order;
  }

  /** The entry of {@code tts.providers}. */
  ObjectNode toJson(boolean configured) {
    ObjectNode json = Json.object().put("id", id).put("name", label).put("configured", configured);
    json.set("models", Json.texts(names(models)));
    if (!voices.isEmpty()) {
      json.set("voices", Json.texts(names(voices)));
    }
    return json;
  }

  private static List<String> names(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
