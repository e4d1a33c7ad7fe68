package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.media.MediaService;
import dev.krabkrab.gateway.platform.net.BoundedHttp;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;

/**
 * Asks speech endpoints: no redirects, bounded in size and time. A failure is a sentence for the
 * client, without the name of the provider.
 */
final class SpeechClient {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int OK = 200;

  /** Chats that play audio as a voice message want it so. */
  private static final String VOICE_CHANNEL = "telegram";

  private final BoundedHttp http;

  SpeechClient(Vertx vertx, Egress egress) {
    this.http =
        new BoundedHttp(
            vertx, egress, new HttpClientOptions(), new PoolOptions(), CONNECT_TIMEOUT_MS);
  }

  /** By OpenAI's {@code POST /audio/speech}. */
  Future<Speech> openAi(SpeechSettings settings, String text, String channel) {
    SpeechSettings.Endpoint endpoint = settings.openAi();
    boolean voice = channel.equals(VOICE_CHANNEL);
    String format = voice ? "opus" : "mp3";
    RequestOptions request = request();
    if (endpoint.apiKey() != null) {
      request.putHeader("authorization", "Bearer " + endpoint.apiKey());
    }
    ObjectNode body =
        Json.object()
            .put("model", endpoint.model())
            .put("input", text)
            .put("voice", endpoint.voice())
            .put("response_format", format);
    String address = endpoint.baseUrl() + "/audio/speech";
    return http.ask(address, request, Buffer.buffer(Json.bytes(body)), bounds(settings))
        .compose(answer -> audio(answer, "OpenAI TTS API"))
        .map(audio -> speech(audio, SpeechProvider.OPENAI, format, voice))
        .recover(failure -> Future.failedFuture(sentence(failure)));
  }

  /** By ElevenLabs' {@code POST /v1/text-to-speech/<voice>}. */
  Future<Speech> elevenLabs(SpeechSettings settings, String text, String channel) {
    SpeechSettings.Endpoint endpoint = settings.elevenLabs();
    boolean voice = channel.equals(VOICE_CHANNEL);
    String format = voice ? "opus_48000_64" : "mp3_44100_128";
    String id = URLEncoder.encode(endpoint.voice(), StandardCharsets.UTF_8);
    String address = endpoint.baseUrl() + "/v1/text-to-speech/" + id + "?output_format=" + format;
    RequestOptions request = request();
    if (endpoint.apiKey() != null) {
      request.putHeader("xi-api-key", endpoint.apiKey());
    }
    ObjectNode body = Json.object().put("text", text).put("model_id", endpoint.model());
    return http.ask(address, request, Buffer.buffer(Json.bytes(body)), bounds(settings))
        .compose(answer -> audio(answer, "ElevenLabs API"))
        .map(audio -> speech(audio, SpeechProvider.ELEVENLABS, format, voice))
        .recover(failure -> Future.failedFuture(sentence(failure)));
  }

  private static Speech speech(
      Buffer audio, SpeechProvider provider, String format, boolean voice) {
    return new Speech(
        audio, provider, format, voice ? "opus" : "mp3", voice ? "audio/ogg" : "audio/mpeg", voice);
  }

  private static RequestOptions request() {
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .putHeader("content-type", "application/json");
  }

  private static BoundedHttp.Bounds bounds(SpeechSettings settings) {
    return new BoundedHttp.Bounds(
        settings.timeoutMs(), MediaService.LARGEST, head -> head.status() == OK);
  }

  private static Future<Buffer> audio(BoundedHttp.Answer answer, String api) {
    if (answer.status() != OK) {
      return Future.failedFuture(new SpeechException(api + " error (" + answer.status() + ")"));
    }
    return answer.cut()
        ? Future.failedFuture(new SpeechException("the audio is too large"))
        : Future.succeededFuture(answer.body());
  }

  /** Texts of a connection's failure may name hosts inside; they are for the log. */
  private static SpeechException sentence(Throwable failure) {
    return switch (failure) {
      case SpeechException said -> said;
      case TimeoutException late -> new SpeechException("request timed out");
      default -> new SpeechException("request failed");
    };
  }
}
