package dev.krabkrab.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts read out by an endpoint that speaks OpenAI's interface. Protocol 03 §16. */
@Timeout(60)
class SpeechIT extends TwoInstances {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer endpoint = endpoint();

  SpeechIT() throws IOException {}

  @Override
  String config() {
    return """
    {gateway:{auth:{token:'%s'}},messages:{tts:{maxTextLength:50,
     openai:{baseUrl:'http://127.0.0.1:%d/v1/',apiKey:'the-key',voice:'nova'}}}}
    """
        .formatted(Cluster.TOKEN, endpoint.getAddress().getPort());
  }

  private HttpServer endpoint() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/audio/speech", this::speak);
    server.start();
    return server;
  }

  @AfterAll
  void stop() {
    endpoint.stop(0);
  }

  private void speak(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(exchange.getRequestHeaders().getFirst("authorization") + " " + body);
    byte[] audio = "AUDIO".getBytes(UTF_8);
    boolean broken = body.contains("break");
    exchange.sendResponseHeaders(broken ? 401 : 200, broken ? -1 : audio.length);
    if (!broken) {
      exchange.getResponseBody().write(audio);
    }
    exchange.close();
  }

  private HttpResponse<String> fetch(int instance, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + cluster.port(instance) + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void aTextIsReadOutOnOneInstanceAndFetchedFromTheOther() throws Exception {
    JsonNode made = a.ok("tts.convert", "{\"text\":\" hello \"}");
    assertThat(made.path("provider").asText()).isEqualTo("openai");
    assertThat(made.path("outputFormat").asText()).isEqualTo("mp3");
    assertThat(made.path("voiceCompatible").asBoolean(true)).isFalse();
    assertThat(asked)
        .contains(
            "Bearer the-key {\"model\":\"gpt-4o-mini-tts\",\"input\":\"hello\","
                + "\"voice\":\"nova\",\"response_format\":\"mp3\"}");
    String path = made.path("audioPath").asText();
    for (int instance = 0; instance < 2; instance++) {
      HttpResponse<String> got = fetch(instance, path);
      assertThat(got.statusCode()).isEqualTo(200);
      assertThat(got.headers().firstValue("content-type")).contains("audio/mpeg");
      assertThat(got.body()).isEqualTo("AUDIO");
    }
    assertThat(fetch(0, path.replace(".mp3", ".ogg")).statusCode()).isEqualTo(404);
    assertThat(fetch(0, "/media/..%2Fx.mp3").statusCode()).isEqualTo(404);

    JsonNode voice = b.ok("tts.convert", "{\"text\":\"hi\",\"channel\":\"Telegram\"}");
    assertThat(voice.path("outputFormat").asText()).isEqualTo("opus");
    assertThat(voice.path("voiceCompatible").asBoolean()).isTrue();
  }

  @Test
  void whatIsNotReadOutSaysWhy() {
    assertThat(a.call("tts.convert", "{\"text\":\"" + "x".repeat(51) + "\"}").path("error"))
        .isEqualTo(error("Text too long (51 chars, max 50)"));
    assertThat(a.call("tts.convert", "{\"text\":\"break\"}").path("error"))
        .isEqualTo(error("TTS conversion failed: edge: disabled"));
  }

  private static JsonNode error(String message) {
    return Json.object().put("code", "UNAVAILABLE").put("message", message);
  }

  @Test
  void whatIsChosenOnOneInstanceHoldsOnTheOther() {
    JsonNode before = b.ok("tts.status", "{}");
    assertThat(before.path("enabled").asBoolean(true)).isFalse();
    assertThat(before.path("provider").asText()).isEqualTo("openai");
    assertThat(before.path("hasOpenAIKey").asBoolean()).isTrue();
    assertThat(before.path("edgeEnabled").asBoolean(true)).isFalse();

    assertThat(Json.text(a.ok("tts.enable", "{}"))).isEqualTo("{\"enabled\":true}");
    a.ok("tts.setProvider", "{\"provider\":\"elevenlabs\"}");
    JsonNode after = b.ok("tts.status", "{}");
    assertThat(after.path("auto").asText()).isEqualTo("always");
    assertThat(after.path("provider").asText()).isEqualTo("elevenlabs");
    assertThat(after.path("fallbackProvider").asText()).isEqualTo("openai");
    JsonNode providers = b.ok("tts.providers", "{}");
    assertThat(providers.path("active").asText()).isEqualTo("elevenlabs");
    assertThat(providers.at("/providers/0/configured").asBoolean()).isTrue();
    assertThat(providers.at("/providers/1/configured").asBoolean(true)).isFalse();

    b.ok("tts.disable", "{}");
    b.ok("tts.setProvider", "{\"provider\":\"openai\"}");
    assertThat(a.ok("tts.status", "{}").path("enabled").asBoolean(true)).isFalse();
  }

  @Test
  void withoutAnEndpointTheLastProviderTriedNamesTheReason() {
    try (Cluster bare = Cluster.of(1, Cluster.TOKEN_CONFIG);
        Peer admin = bare.admin(0)) {
      assertThat(admin.call("tts.convert", "{\"text\":\"x\"}").path("error"))
          .isEqualTo(error("TTS conversion failed: No API key for elevenlabs"));
    }
  }
}
