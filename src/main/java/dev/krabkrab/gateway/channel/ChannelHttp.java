package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.net.BoundedHttp;
import dev.krabkrab.gateway.platform.net.BoundedSockets;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The way to the APIs of channels, with bounds: ten seconds to connect, a time for each answer, no
 * answer above a size. Belongs to the context it was made on.
 */
public final class ChannelHttp {
  private static final int CONNECT_MS = 10_000;
  private static final int MOST_CONNECTIONS = 32;
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_FRAME = 1024 * 1024;

  private final Vertx vertx;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final BoundedHttp client;
  private final BoundedSockets sockets;

  /**
   * @param egress the way out
   */
  public ChannelHttp(Vertx vertx, InstantSource clock, RandomGenerator random, Egress egress) {
    this.vertx = vertx;
    this.clock = clock;
    this.random = random;
    this.client =
        new BoundedHttp(
            vertx,
            egress,
            new HttpClientOptions().setKeepAliveTimeout(30),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING),
            CONNECT_MS);
    this.sockets =
        new BoundedSockets(
            vertx,
            egress,
            new WebSocketClientOptions().setMaxFrameSize(MOST_FRAME).setMaxMessageSize(MOST_FRAME),
            CONNECT_MS);
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

  /** Counts attempts to reach an API, and says how long to wait between them. */
  public Backoff.Attempts attempts() {
    return Retry.WAITS.attempts(random);
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
    return sockets.open(url);
  }

  private Future<Answer> ask(
      HttpMethod method,
      String url,
      Map<String, String> headers,
      Buffer body,
      int most,
      long timeoutMs) {
    return Future.succeededFuture(new RequestOptions().setMethod(method))
        .map(
            options -> {
              headers.forEach(options::putHeader);
              return options;
            })
        .compose(options -> client.ask(url, options, body, new BoundedHttp.Bounds(timeoutMs, most)))
        .compose(
            answer ->
                answer.cut()
                    ? Future.failedFuture(
                        new IllegalArgumentException(
                            "the answer is longer than " + most + " bytes"))
                    : Future.succeededFuture(answer(answer)));
  }

  private static Answer answer(BoundedHttp.Answer answer) {
    Map<String, String> headers = new HashMap<>();
    answer
        .head()
        .headers()
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return new Answer(answer.status(), headers, answer.body());
  }

  void close() {
    client.close();
    sockets.close();
  }
}
