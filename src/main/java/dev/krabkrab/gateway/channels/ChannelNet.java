package dev.krabkrab.gateway.channels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The way to the APIs of channels, with bounds: ten seconds to connect, a time for each answer, no
 * answer above a size. Belongs to the context it was made on.
 */
public final class ChannelNet {
  private static final int CONNECT_MS = 10_000;
  private static final int MOST_CONNECTIONS = 32;
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_FRAME = 1024 * 1024;
  private static final String NO_ADDRESS = "the address cannot be read";

  private final Vertx vertx;
  private final InstantSource clock;
  private final HttpClient client;
  private final WebSocketClient sockets;

  public ChannelNet(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
    this.client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout(CONNECT_MS).setKeepAliveTimeout(30))
            .with(
                new PoolOptions()
                    .setHttp1MaxSize(MOST_CONNECTIONS)
                    .setMaxWaitQueueSize(MOST_WAITING))
            .build();
    this.sockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setConnectTimeout(CONNECT_MS)
                .setMaxFrameSize(MOST_FRAME)
                .setMaxMessageSize(MOST_FRAME));
  }

  /** The answer to a request. */
  public record Answer(int status, Map<String, String> headers, Buffer body) {
    public Answer {
      headers = Map.copyOf(headers);
    }

    /** The body, or an empty object when it is not a JSON object. */
    public ObjectNode json() {
      return Json.tryParse(body.getBytes()) instanceof ObjectNode object ? object : Json.object();
    }
  }

  /** Of the loop that this belongs to. */
  public Vertx vertx() {
    return vertx;
  }

  public InstantSource clock() {
    return clock;
  }

  /**
   * Posts JSON.
   *
   * @param timeoutMs longest time from the beginning to the end of the answer
   * @return any answer; fails when there is none
   */
  public Future<Answer> post(
      String url, Map<String, String> headers, JsonNode body, long timeoutMs) {
    return post(url, headers, Buffer.buffer(Json.bytes(body)), timeoutMs);
  }

  /** The same with a body that is encoded already. */
  public Future<Answer> post(String url, Map<String, String> headers, Buffer body, long timeoutMs) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("content-type", "application/json; charset=utf-8");
    return ask(HttpMethod.POST, url, all, body, MOST_FRAME, timeoutMs);
  }

  /**
   * Reads a file.
   *
   * @param most bytes; a larger one fails
   */
  public Future<Answer> get(String url, Map<String, String> headers, int most, long timeoutMs) {
    return ask(HttpMethod.GET, url, headers, Buffer.buffer(), most, timeoutMs);
  }

  /** Opens a WebSocket. */
  public Future<WebSocket> socket(String url) {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    return addressed(options, url)
        ? sockets.connect(options)
        : Future.failedFuture(new IllegalArgumentException(NO_ADDRESS));
  }

  private Future<Answer> ask(
      HttpMethod method,
      String url,
      Map<String, String> headers,
      Buffer body,
      int most,
      long timeoutMs) {
    RequestOptions options = new RequestOptions().setMethod(method).setIdleTimeout(timeoutMs);
    if (!addressed(options, url)) {
      return Future.failedFuture(new IllegalArgumentException(NO_ADDRESS));
    }
    headers.forEach(options::putHeader);
    return client
        .request(options)
        .compose(request -> answer(request, body, most))
        .timeout(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** What Vert.x says of an address it cannot read is the address, which may hold a token. */
  private static boolean addressed(RequestOptions options, String url) {
    try {
      options.setAbsoluteURI(url);
      return options.getHost() != null;
    } catch (VertxException | IllegalArgumentException e) {
      return false;
    }
  }

  private static Future<Answer> answer(HttpClientRequest request, Buffer body, int most) {
    return request
        .send(body)
        .compose(
            response -> {
              Buffer all = Buffer.buffer();
              response.handler(
                  piece -> {
                    if (all.length() + piece.length() > most) {
                      request.reset();
                    } else {
                      all.appendBuffer(piece);
                    }
                  });
              return response
                  .end()
                  .map(
                      end -> {
                        Map<String, String> headers = new HashMap<>();
                        response
                            .headers()
                            .forEach(
                                (name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
                        return new Answer(response.statusCode(), headers, all);
                      });
            });
  }

  void close() {
    client.close();
    sockets.close();
  }
}
