package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.protocol.VariableRules;
import dev.krabkrab.gateway.platform.protocol.Variables;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A provider's server that plays what a test gives it, line by line over real HTTP, and a {@link
 * ModelService} that asks it.
 */
final class ProviderDouble implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final Context context = vertx.getOrCreateContext();
  private final List<ObjectNode> requests = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private final Set<HttpServerResponse> open = ConcurrentHashMap.newKeySet();
  private final String api;
  private final String model;
  private volatile Consumer<HttpServerRequest> script = request -> {};
  private volatile Consumer<HttpServerRequest> seen = request -> {};
  private volatile int port;
  private volatile Egress way = Egress.DIRECT;
  private volatile String host = "127.0.0.1";
  private volatile Duration silence = Duration.ofSeconds(120);
  private @Nullable ModelService models;

  /**
   * @param api as the gateway document names it
   * @param model further fields of the model's entry, as JSON5
   */
  ProviderDouble(String api, String model) {
    this.api = api;
    this.model = model;
    server = vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
  }

  /** Is known under another name, to be reached on another way. */
  void liesBehind(Egress way, String host) {
    this.way = way;
    this.host = host;
  }

  int port() {
    return server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    seen.accept(request);
    HttpServerResponse response = request.response();
    open.add(response);
    response.closeHandler(gone -> open.remove(response));
    response.endHandler(done -> open.remove(response));
    request
        .body()
        .onSuccess(
            body -> {
              headers.add(
                  Map.of(
                      "x-api-key", String.valueOf(request.getHeader("x-api-key")),
                      "anthropic-version", String.valueOf(request.getHeader("anthropic-version"))));
              paths.add(request.path());
              requests.add(Json.parseObject(body.toString()));
              script.accept(request);
            });
  }

  /** The next answers are these lines, each sent by itself; then the end. */
  void says(String type, String... lines) {
    script =
        request -> {
          HttpServerResponse response = request.response();
          response.setChunked(true).putHeader("content-type", type);
          for (String line : lines) {
            response.write(line);
          }
          response.end();
        };
  }

  /** The next answers begin so and never end. */
  void begins(String type, String... lines) {
    script =
        request -> {
          HttpServerResponse response = request.response();
          response.setChunked(true).putHeader("content-type", type);
          for (String line : lines) {
            response.write(line);
          }
        };
  }

  /** The next answers begin so and the connection breaks. */
  void breaks(String type, String... lines) {
    script =
        request -> {
          HttpServerResponse response = request.response();
          response.setChunked(true).putHeader("content-type", type);
          for (String line : lines) {
            response.write(line);
          }
          vertx.setTimer(20, due -> request.connection().close());
        };
  }

  void refuses(int status, String body) {
    refuses(status, body, Map.of());
  }

  void refuses(int status, String body, Map<String, String> more) {
    script =
        request -> {
          HttpServerResponse response = request.response();
          response.setStatusCode(status).putHeader("content-type", "application/json");
          more.forEach(response::putHeader);
          response.end(body);
        };
  }

  /** The next answers are these bytes, each piece sent by itself; then the end. */
  void plays(Map<String, String> more, List<byte[]> pieces) {
    script =
        request -> {
          HttpServerResponse response = request.response();
          response.setChunked(true);
          more.forEach(response::putHeader);
          pieces.forEach(piece -> response.write(Buffer.buffer(piece)));
          response.end();
        };
  }

  /** The next answers are written by the test. */
  void does(Consumer<HttpServerResponse> how) {
    script = request -> how.accept(request.response());
  }

  private final List<String> added = new CopyOnWriteArrayList<>();

  /** Of what is said with {@link #saysAdded}. */
  void adds(String... lines) {
    added.addAll(List.of(lines));
  }

  void saysAdded(String type) {
    says(type, added.toArray(String[]::new));
  }

  /** Sees each request first. */
  void watches(Consumer<HttpServerRequest> watcher) {
    seen = watcher;
  }

  /** From now on it is asked at another port. */
  void movesTo(int other) {
    port = other;
  }

  Vertx vertx() {
    return vertx;
  }

  /** So long it bears to hear nothing. */
  void bears(Duration longestSilence) {
    silence = longestSilence;
  }

  /** Nothing comes, not even a status. */
  void isMute() {
    script = request -> {};
  }

  /** What was asked, as it was sent. */
  List<ObjectNode> requests() {
    return requests;
  }

  List<Map<String, String>> headers() {
    return headers;
  }

  List<String> paths() {
    return paths;
  }

  /** Answers whose reader is still there. */
  int open() {
    return open.size();
  }

  /**
   * An answer on its way.
   *
   * @param pieces of the text so far
   */
  record Asking(ModelStream.PendingAnswer asked, List<String> pieces, Future<ModelAnswer> answer) {
    String text() {
      return String.join("", pieces);
    }
  }

  ModelRequest request(Thinking thinking, List<ObjectNode> messages) {
    ObjectNode parameters =
        Json.parseObject(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}");
    return new ModelRequest(
        new ModelName("p", "m"),
        "be kind",
        messages,
        List.of(new ModelRequest.Tool("weather", "tells the weather", parameters)),
        thinking,
        0,
        false);
  }

  /** The same of a model that has to call a tool. */
  ModelRequest withTool(Thinking thinking) {
    ModelRequest free = request(thinking, List.of(user("hi")));
    return new ModelRequest(
        free.model(), free.system(), free.messages(), free.tools(), thinking, 0, true);
  }

  static ObjectNode user(String text) {
    ObjectNode message = Json.object().put("role", "user");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message;
  }

  Asking ask(ModelRequest request) {
    String text =
        "{models:{providers:{p:{api:'"
            + api
            + "',baseUrl:'http://"
            + host
            + ":"
            + (port == 0 ? server.actualPort() : port)
            + (api.equals("ollama") ? "" : "/v1")
            + "',apiKey:'key-1',headers:{'x-more':'long-header-secret'},models:[{id:'m'"
            + model
            + "}]}}}}";
    ObjectNode document = (ObjectNode) Json5.parse(text);
    List<String> pieces = new CopyOnWriteArrayList<>();
    Promise<ModelStream.PendingAnswer> asked = Promise.promise();
    context.runOnContext(
        here -> {
          if (models == null) {
            models =
                new ModelService(
                    vertx,
                    () -> document,
                    new Variables(name -> "", VariableRules.USUAL_ONLY),
                    new ModelService.Transport(Executors.newVirtualThreadPerTaskExecutor(), way),
                    InstantSource.system(),
                    silence);
          }
          asked.complete(models.ask(request, pieces::add));
        });
    ModelStream.PendingAnswer known = asked.future().await();
    return new Asking(known, pieces, known.answer());
  }

  Asking ask(String text) {
    return ask(request(Thinking.OFF, List.of(user(text))));
  }

  /** Has begun to say these words; who gives up then, or before a word, hangs up. */
  void isHungUpOnWhenGivenUp(String begun) {
    Asking asking = ask("x");
    await().until(() -> asking.text().equals(begun));
    asking.asked().giveUp();
    await().until(() -> open() == 0);

    isMute();
    Asking mute = ask("x");
    await().until(() -> requests().size() == 2);
    mute.asked().giveUp();
    await().until(() -> open() == 0);
    assertThat(mute.answer().isComplete()).isFalse();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
