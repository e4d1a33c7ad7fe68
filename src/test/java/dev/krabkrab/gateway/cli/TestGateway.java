package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Async;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A scripted gateway on a free port that speaks real frames and remembers what it was sent. */
final class TestGateway implements AutoCloseable {
  static final String NONCE = "7f9c2b8e-1a4d-4c3e-9f60-2d5b8a7c1e10";
  static final long TS = 1_737_264_000_000L;

  /** An error answer; a close code ends the connection after it. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient JsonNode error;
    final int closeCode;

    Refusal(int closeCode, String error) {
      this.error = json(error);
      this.closeCode = closeCode;
    }
  }

  /** Params of every connect, in order. */
  final List<JsonNode> connects = new CopyOnWriteArrayList<>();

  /** Every other request, in order. */
  final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  /** Open connections. */
  final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();

  /** Close codes and reasons clients sent. */
  final List<String> closes = new CopyOnWriteArrayList<>();

  private final Map<String, Function<JsonNode, @Nullable JsonNode>> methods =
      new ConcurrentHashMap<>();
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final boolean tls;

  private TestGateway(@Nullable SelfSignedCertificate certificate) throws Exception {
    this.tls = certificate != null;
    HttpServerOptions options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
    if (certificate != null) {
      options.setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
    }
    methods.put("connect", params -> hello(4, null));
    this.server =
        vertx
            .createHttpServer(options)
            .webSocketHandler(this::accept)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  static TestGateway start() throws Exception {
    return new TestGateway(null);
  }

  static TestGateway startTls(SelfSignedCertificate certificate) throws Exception {
    return new TestGateway(certificate);
  }

  static JsonNode json(String text) {
    try {
      return Json.parseLenient(text);
    } catch (Exception e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** A hello-ok, with the {@code auth} part when given. */
  static JsonNode hello(int protocol, @Nullable String auth) {
    ObjectNode hello =
        (ObjectNode)
            json(
                """
                {type:"hello-ok",server:{version:"9.9",host:"gw-1",connId:"c"},
                 features:{methods:["health","exec.approval.list"],events:[]},
                 snapshot:{presence:[],health:{},stateVersion:{presence:1,health:1},
                 uptimeMs:61000},
                 policy:{maxPayload:1,maxBufferedBytes:1,tickIntervalMs:30000}}\
                """);
    hello.put("protocol", protocol);
    if (auth != null) {
      hello.set("auth", json(auth));
    }
    return hello;
  }

  String url() {
    return (tls ? "wss" : "ws") + "://127.0.0.1:" + server.actualPort();
  }

  /** Answers a method; throw {@link Refusal} for an error, return null for silence. */
  TestGateway on(String method, Function<JsonNode, @Nullable JsonNode> answer) {
    methods.put(method, answer);
    return this;
  }

  TestGateway on(String method, String answer) {
    return on(method, params -> json(answer));
  }

  /** Names a method in the hello of later connections. */
  void offer(String method) {
    on(
        "connect",
        params -> {
          ObjectNode hello = (ObjectNode) hello(4, null);
          ((ArrayNode) hello.at("/features/methods")).add(method);
          return hello;
        });
  }

  void emit(String event, String payload) {
    ObjectNode frame = Json.object().put("type", "event").put("event", event);
    frame.set("payload", json(payload));
    sockets.forEach(socket -> socket.writeTextMessage(frame.toString()));
  }

  private void accept(ServerWebSocket socket) {
    sockets.add(socket);
    socket.closeHandler(
        gone -> {
          sockets.remove(socket);
          closes.add(socket.closeStatusCode() + " " + socket.closeReason());
        });
    socket.textMessageHandler(text -> answer(socket, json(text)));
    ObjectNode challenge = Json.object().put("type", "event").put("event", "connect.challenge");
    challenge.putObject("payload").put("nonce", NONCE).put("ts", TS);
    socket.writeTextMessage(challenge.toString());
  }

  private void answer(ServerWebSocket socket, JsonNode request) {
    String method = request.path("method").asText();
    if (method.equals("connect")) {
      connects.add(request.path("params"));
    } else {
      requests.add(request);
    }
    ObjectNode response = Json.object().put("type", "res").put("id", request.path("id").asText());
    try {
      Function<JsonNode, @Nullable JsonNode> handler = methods.get(method);
      if (handler == null) {
        throw new Refusal(0, "{code:'INVALID_REQUEST',message:'unknown method: " + method + "'}");
      }
      JsonNode payload = handler.apply(request.path("params"));
      if (payload != null) {
        response.put("ok", true).set("payload", payload);
        socket.writeTextMessage(response.toString());
      }
    } catch (Refusal refusal) {
      response.put("ok", false).set("error", refusal.error);
      socket.writeTextMessage(response.toString());
      if (refusal.closeCode != 0) {
        socket.close((short) refusal.closeCode, refusal.error.path("message").asText());
      }
    }
  }

  @Override
  public void close() throws Exception {
    Async.get(vertx.close());
  }
}
