package dev.krabkrab.gateway.voice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.media.MediaService;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
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

  /** Chats that play audio as a voice message want it so. */
  private static final String VOICE_CHANNEL = "telegram";

  private final HttpClient http;

  SpeechClient(Vertx vertx) {
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS).setVerifyHost(true));
  }

  /** By OpenAI's {@code POST /audio/speech}. */
  Future<Speech> openAi(SpeechSettings settings, String text, String channel) {
    SpeechSettings.Endpoint endpoint = settings.openAi();
    boolean voice = channel.equals(VOICE_CHANNEL);
    String format = voice ? "opus" : "mp3";
    RequestOptions request = request(endpoint.baseUrl() + "/audio/speech", settings.timeoutMs());
    if (endpoint.apiKey() != null) {
      request.putHeader("authorization", "Bearer " + endpoint.apiKey());
    }
    ObjectNode body =
        Json.object()
            .put("model", endpoint.model())
            .put("input", text)
            .put("voice", endpoint.voice())
            .put("response_format", format);
    return post(request, body, "OpenAI TTS API")
        .map(audio -> speech(audio, SpeechProvider.OPENAI, format, voice));
  }

  /** By ElevenLabs' {@code POST /v1/text-to-speech/<voice>}. */
  Future<Speech> elevenLabs(SpeechSettings settings, String text, String channel) {
    SpeechSettings.Endpoint endpoint = settings.elevenLabs();
    boolean voice = channel.equals(VOICE_CHANNEL);
    String format = voice ? "opus_48000_64" : "mp3_44100_128";
    String id = URLEncoder.encode(endpoint.voice(), StandardCharsets.UTF_8);
    String address = endpoint.baseUrl() + "/v1/text-to-speech/" + id + "?output_format=" + format;
    RequestOptions request = request(address, settings.timeoutMs());
    if (endpoint.apiKey() != null) {
      request.putHeader("xi-api-key", endpoint.apiKey());
    }
    ObjectNode body = Json.object().put("text", text).put("model_id", endpoint.model());
    return post(request, body, "ElevenLabs API")
        .map(audio -> speech(audio, SpeechProvider.ELEVENLABS, format, voice));
  }

  private static Speech speech(
      Buffer audio, SpeechProvider provider, String format, boolean voice) {
    return new Speech(
        audio, provider, format, voice ? "opus" : "mp3", voice ? "audio/ogg" : "audio/mpeg", voice);
  }

  private static RequestOptions request(String address, long timeoutMs) {
    return new RequestOptions()
        .setAbsoluteURI(address)
        .setMethod(HttpMethod.POST)
        .setFollowRedirects(false)
        .setTimeout(timeoutMs)
        .putHeader("content-type", "application/json");
  }

  private Future<Buffer> post(RequestOptions request, ObjectNode body, String api) {
    return http.request(request)
        .compose(open -> open.send(Buffer.buffer(Json.bytes(body))))
        .compose(response -> audio(response, api))
        .recover(failure -> Future.failedFuture(sentence(failure)));
  }

  private static Future<Buffer> audio(HttpClientResponse response, String api) {
    if (response.statusCode() != 200) {
      response.exceptionHandler(itsOwnReset -> {});
      response.request().reset();
      return Future.failedFuture(
          new SpeechException(api + " error (" + response.statusCode() + ")"));
    }
    Promise<Buffer> whole = Promise.promise();
    Buffer read = Buffer.buffer();
    response
        .handler(
            part -> {
              read.appendBuffer(part);
              if (read.length() > MediaService.LARGEST) {
                whole.tryFail(new SpeechException("the audio is too large"));
                response.request().reset();
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(end -> whole.tryComplete(read));
    return whole.future();
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
