package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.media.MediaFile;
import dev.krabkrab.gateway.agent.media.MediaService;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads texts out by an endpoint of the gateway document. What clients choose holds on every
 * instance, and so does a file that was made. Protocol 03 §16.
 */
public final class SpeechService {
  /** How long a file is kept. */
  private static final long AUDIO_MS = 300_000;

  private final SpeechStore store;
  private final SpeechClient client;
  private final MediaService media;
  private final Supplier<SpeechSettings> settings;

  /** Makes it on the calling context. */
  public SpeechService(
      Vertx vertx,
      RedisLink link,
      MediaService media,
      Supplier<SpeechSettings> settings,
      Egress egress) {
    this.store = new SpeechStore(link);
    this.client = new SpeechClient(vertx, egress);
    this.media = media;
    this.settings = settings;
  }

  /** The payload of {@code tts.status}. */
  Future<JsonText> status() {
    return store
        .read()
        .map(
            chosen -> {
              SpeechSettings now = settings.get();
              String auto = chosen.auto() == null ? now.auto() : chosen.auto();
              SpeechProvider active = now.active(chosen.provider());
              List<String> others =
                  active.andThenOthers().stream()
                      .skip(1)
                      .filter(now::has)
                      .map(SpeechProvider::id)
                      .toList();
              ObjectNode json =
                  Json.object()
                      .put("enabled", !auto.equals("off"))
                      .put("auto", auto)
                      .put("provider", active.id())
                      .put("fallbackProvider", others.isEmpty() ? null : others.getFirst());
              json.set("fallbackProviders", Json.texts(others));
              return JsonText.of(
                  json.put("prefsPath", store.path())
                      .put("hasOpenAIKey", now.openAi().apiKey() != null)
                      .put("hasElevenLabsKey", now.elevenLabs().apiKey() != null)
                      .put("edgeEnabled", now.has(SpeechProvider.EDGE)));
            });
  }

  /** The payload of {@code tts.providers}. */
  Future<JsonText> providers() {
    return store
        .read()
        .map(
            chosen -> {
              SpeechSettings now = settings.get();
              ObjectNode json = Json.object();
              ArrayNode rows = json.putArray("providers");
              for (SpeechProvider provider : SpeechProvider.values()) {
                rows.add(provider.toJson(now.has(provider)));
              }
              return JsonText.of(json.put("active", now.active(chosen.provider()).id()));
            });
  }

  /** Whether answers are read out from now on. */
  Future<JsonText> enable(boolean enabled) {
    return store
        .auto(enabled ? "always" : "off")
        .map(stored -> JsonText.of(Json.object().put("enabled", enabled)));
  }

  /** The provider to try first from now on. */
  Future<JsonText> choose(String id) {
    SpeechProvider provider =
        SpeechProvider.of(id)
            .orElseThrow(
                () -> GatewayError.invalid("Invalid provider. Use openai, elevenlabs, or edge."));
    return store
        .provider(provider)
        .map(stored -> JsonText.of(Json.object().put("provider", provider.id())));
  }

  /**
   * The payload of {@code tts.convert}.
   *
   * @param channel what the audio is for, or an empty text
   */
  Future<JsonText> convert(String text, String channel) {
    SpeechSettings now = settings.get();
    int length = text.length();
    if (length > now.maxTextLength()) {
      throw GatewayError.unavailable(
          "Text too long (" + length + " chars, max " + now.maxTextLength() + ")");
    }
    return store
        .read()
        .compose(
            chosen ->
                ask(now.active(chosen.provider()).andThenOthers().iterator(), now, text, channel))
        .compose(this::kept);
  }

  private Future<Speech> ask(
      Iterator<SpeechProvider> left, SpeechSettings now, String text, String channel) {
    SpeechProvider provider = left.next();
    return ask(provider, now, text, channel)
        .recover(
            problem ->
                left.hasNext()
                    ? ask(left, now, text, channel)
                    : Future.failedFuture(
                        GatewayError.unavailable(
                            "TTS conversion failed: " + problem.getMessage())));
  }

  private Future<Speech> ask(
      SpeechProvider provider, SpeechSettings now, String text, String channel) {
    if (provider == SpeechProvider.EDGE) {
      return Future.failedFuture(new SpeechException("edge: disabled"));
    }
    if (!now.has(provider)) {
      return Future.failedFuture(new SpeechException("No API key for " + provider.id()));
    }
    Future<Speech> speech =
        provider == SpeechProvider.OPENAI
            ? client.openAi(now, text, channel)
            : client.elevenLabs(now, text, channel);
    return speech.recover(
        problem ->
            Future.failedFuture(new SpeechException(provider.id() + ": " + problem.getMessage())));
  }

  private Future<JsonText> kept(Speech speech) {
    MediaFile file = new MediaFile(speech.type(), speech.audio());
    return media
        .keep(file, speech.extension(), AUDIO_MS)
        .map(
            path ->
                JsonText.of(
                    Json.object()
                        .put("audioPath", path)
                        .put("provider", speech.provider().id())
                        .put("outputFormat", speech.format())
                        .put("voiceCompatible", speech.voiceMessage())));
  }
}
