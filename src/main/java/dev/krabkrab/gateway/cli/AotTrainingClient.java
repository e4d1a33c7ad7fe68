package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of the training run, over the Java runtime's own WebSocket. Protocol 01a §3, 01b §2. */
final class AotTrainingClient implements WebSocket.Listener {
  private static final long PATIENCE_SECONDS = 20;
  private static final String CLIENT = "cli";

  private final DeviceIdentity device;
  private final StringBuilder partial = new StringBuilder();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, Consumer<JsonNode>> handlers = new ConcurrentHashMap<>();
  private final CompletableFuture<JsonNode> challenge = new CompletableFuture<>();
  private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
  private @Nullable WebSocket socket;

  /** The part a client plays. */
  record Part(int protocol, String role, List<String> scopes, String token) {}

  private AotTrainingClient(DeviceIdentity device) {
    this.device = device;
  }

  /** Connects and gets in. */
  static AotTrainingClient connect(HttpClient http, URI uri, DeviceIdentity device, Part part) {
    AotTrainingClient client = new AotTrainingClient(device);
    client.handlers.put("connect.challenge", client.challenge::complete);
    client.socket = http.newWebSocketBuilder().buildAsync(uri, client).join();
    JsonNode challenge = client.challenge.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    client.call("connect", client.connectParams(part, challenge)).join();
    return client;
  }

  String deviceId() {
    return device.deviceId();
  }

  void onEvent(String name, Consumer<JsonNode> handler) {
    handlers.put(name, handler);
  }

  /** Calls a method; the future fails when it is refused or not answered in time. */
  CompletableFuture<JsonNode> call(String method, JsonNode params) {
    String id = Integer.toString(lastId.incrementAndGet());
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode frame = Json.object().put("type", "req").put("id", id).put("method", method);
    frame.set("params", params);
    send(Json.text(frame));
    return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** One message at a time, as the socket demands. */
  private synchronized void send(String text) {
    WebSocket open = socket;
    if (open != null) {
      sent = sent.thenCompose(before -> open.sendText(text, true));
    }
  }

  void close() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      JsonNode frame = Json.tryParse(partial.toString());
      partial.setLength(0);
      if (frame != null) {
        received(frame);
      }
    }
    from.request(1);
    return null;
  }

  private void received(JsonNode frame) {
    if (frame.path("type").asText().equals("event")) {
      Consumer<JsonNode> handler = handlers.get(frame.path("event").asText());
      if (handler != null) {
        handler.accept(frame.path("payload"));
      }
      return;
    }
    CompletableFuture<JsonNode> answer = waiting.remove(frame.path("id").asText());
    if (answer == null) {
      return;
    }
    if (frame.path("ok").asBoolean()) {
      answer.complete(frame.path("payload"));
    } else {
      answer.completeExceptionally(new IllegalStateException("refused: " + frame.path("error")));
    }
  }

  private ObjectNode connectParams(Part part, JsonNode challenge) {
    ObjectNode params =
        Json.object().put("minProtocol", part.protocol()).put("maxProtocol", part.protocol());
    params.set(
        "client",
        Json.object()
            .put("id", CLIENT)
            .put("version", "1")
            .put("platform", "linux")
            .put("mode", CLIENT));
    params.put("role", part.role());
    params.set("scopes", Json.texts(part.scopes()));
    params.set("auth", Json.object().put("token", part.token()));
    if (part.role().equals("node")) {
      params.set("commands", Json.texts(List.of("system.which")));
    }
    params.set(
        "device", signed(part, challenge.path("ts").asLong(), challenge.path("nonce").asText()));
    return params;
  }

  private ObjectNode signed(Part part, long signedAt, String nonce) {
    String text =
        String.join(
            "|",
            "v2",
            device.deviceId(),
            CLIENT,
            CLIENT,
            part.role(),
            String.join(",", part.scopes()),
            Long.toString(signedAt),
            part.token(),
            nonce);
    return Json.object()
        .put("id", device.deviceId())
        .put("publicKey", device.publicKey())
        .put("signature", device.sign(text))
        .put("signedAt", signedAt)
        .put("nonce", nonce);
  }
}
