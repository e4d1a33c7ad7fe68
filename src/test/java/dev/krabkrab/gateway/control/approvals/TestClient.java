package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** An operator on a real socket that remembers every frame it got. */
final class TestClient {
  static final String REQUESTED = "exec.approval.requested";
  static final String RESOLVED = "exec.approval.resolved";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final WebSocketClientOptions LIMITS =
      new WebSocketClientOptions()
          .setMaxFrameSize(ProtocolVersion.V4.maxPayload())
          .setMaxMessageSize(ProtocolVersion.V4.maxPayload());

  /** Kept, because a client that nobody refers to closes its sockets. */
  private final WebSocketClient owner;

  private final WebSocket socket;
  private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
  private final AtomicInteger lastId = new AtomicInteger();

  private TestClient(WebSocketClient owner, WebSocket socket) {
    this.owner = owner;
    this.socket = socket;
    socket.textMessageHandler(text -> frames.add(Objects.requireNonNull(Json.tryParse(text))));
  }

  /** Connects with scope approvals, named as its device. */
  static TestClient connect(TestInstance to, String device) {
    return connect(to, device, 3, "operator.approvals");
  }

  static TestClient connect(TestInstance to, String device, int protocol, String scopes) {
    return connect(to, device, "", protocol, scopes);
  }

  /** Connects as a user besides; blank for none. */
  static TestClient connect(
      TestInstance to, String device, String user, int protocol, String scopes) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(to.port)
            .setURI("/")
            .addHeader("x-device", device)
            .addHeader("x-name", "name of " + device)
            .addHeader("x-user", user)
            .addHeader("x-protocol", Integer.toString(protocol))
            .addHeader("x-scopes", scopes);
    WebSocketClient owner = to.vertx().createWebSocketClient(LIMITS);
    TestClient client = get(owner.connect(options).map(socket -> new TestClient(owner, socket)));
    client.socket.writeTextMessage("hello");
    patiently().until(() -> !client.frames.isEmpty());
    return client;
  }

  /** Sends a request and returns its frame id. */
  String send(String method, String params) {
    String id = "r" + lastId.incrementAndGet();
    ObjectNode frame = Json.object().put("type", "req").put("id", id).put("method", method);
    frame.set("params", Objects.requireNonNull(Json.tryParse(params)));
    socket.writeTextMessage(Json.text(frame));
    return id;
  }

  JsonNode call(String method, String params) {
    return answer(send(method, params));
  }

  /** The first answer to a request. */
  JsonNode answer(String requestId) {
    return answer(requestId, 0);
  }

  JsonNode answer(String requestId, int index) {
    patiently().until(() -> answers(requestId).size() > index);
    return answers(requestId).get(index);
  }

  List<JsonNode> answers(String requestId) {
    return frames.stream()
        .filter(f -> f.path("type").asText().equals("res"))
        .filter(f -> f.path("id").asText().equals(requestId))
        .toList();
  }

  /** Asks for an approval; returns the frame id. */
  String ask(String approvalId, String command, long timeoutMs) {
    ObjectNode params =
        Json.object().put("id", approvalId).put("command", command).put("timeoutMs", timeoutMs);
    return send("exec.approval.request", Json.text(params));
  }

  JsonNode decide(String approvalId, String decision) {
    return answer(sendDecision(approvalId, decision));
  }

  String sendDecision(String approvalId, String decision) {
    ObjectNode params = Json.object().put("id", approvalId).put("decision", decision);
    return send("exec.approval.resolve", Json.text(params));
  }

  /** Payloads of an event about one approval. */
  List<JsonNode> events(String event, String approvalId) {
    return frames.stream()
        .filter(f -> f.path("event").asText().equals(event))
        .map(f -> f.path("payload"))
        .filter(payload -> payload.path("id").asText().equals(approvalId))
        .toList();
  }

  JsonNode event(String event, String approvalId) {
    patiently().until(() -> !events(event, approvalId).isEmpty());
    return events(event, approvalId).getFirst();
  }

  /** Every event of this feature, whatever it is about. */
  List<JsonNode> approvalEvents() {
    return frames.stream()
        .filter(f -> f.path("event").asText().startsWith("exec.approval."))
        .toList();
  }

  private static ConditionFactory patiently() {
    return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
  }

  List<JsonNode> frames() {
    return List.copyOf(frames);
  }

  /** The numbers of all events, in the order they came. */
  List<Long> numbers() {
    return frames.stream().filter(f -> f.has("seq")).map(f -> f.path("seq").asLong()).toList();
  }

  void stopReading() {
    socket.pause();
  }

  void readOn() {
    socket.resume();
  }

  /** Waits until the other side has closed; tells code and reason. */
  String closed() {
    patiently().until(socket::isClosed);
    return socket.closeStatusCode() + " " + socket.closeReason();
  }

  void close() {
    get(socket.close());
  }

  static @Nullable String decision(JsonNode answer) {
    return Json.textOrNull(answer.path("payload"), "decision");
  }

  static String error(JsonNode answer) {
    return answer.path("error").path("message").asText();
  }
}
