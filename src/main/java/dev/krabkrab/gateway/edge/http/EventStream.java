package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * Server-sent events to a client that may go away or not read. While nothing is said for {@value
 * #QUIET_MS} ms a comment line goes out, so that no proxy on the way takes the silence for the end.
 */
final class EventStream {
  /** As for a WebSocket: a client that lets so much wait is too slow. Protocol 04 §1. */
  private static final int MOST_WAITING = 1_572_864;

  /** Half of what proxies bear that bear least. */
  private static final long QUIET_MS = 15_000;

  private static final String COMMENT = ": nothing is said yet\n\n";

  private final Vertx vertx;
  private final HttpServerResponse response;
  private Runnable gone = () -> {};
  private boolean over;
  private long lastNanos = System.nanoTime();
  private long timer;

  private EventStream(Vertx vertx, HttpServerResponse response) {
    this.vertx = vertx;
    this.response = response;
    this.timer = vertx.setTimer(QUIET_MS, due -> quiet());
  }

  static EventStream open(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpServerResponse response =
        request
            .response()
            .putHeader("content-type", "text/event-stream; charset=utf-8")
            .putHeader("cache-control", "no-cache")
            .setWriteQueueMaxSize(MOST_WAITING);
    if (request.version() != HttpVersion.HTTP_2) {
      response.putHeader("connection", "keep-alive").setChunked(true);
    }
    EventStream stream = new EventStream(context.vertx(), response);
    response.closeHandler(closed -> stream.left());
    return stream;
  }

  /** What to do when the client does not want the rest. */
  void onGone(Runnable listener) {
    gone = listener;
  }

  void data(JsonNode data) {
    write("data: " + Json.text(data) + "\n\n");
  }

  void event(String name, JsonNode data) {
    write("event: " + name + "\ndata: " + Json.text(data) + "\n\n");
  }

  void end() {
    if (!over) {
      finish();
      response.end("data: [DONE]\n\n");
    }
  }

  private void write(String text) {
    if (over) {
      return;
    }
    if (response.writeQueueFull()) {
      response.reset();
      left();
    } else {
      lastNanos = System.nanoTime();
      response.write(text);
    }
  }

  private void quiet() {
    if (silentMs() >= QUIET_MS) {
      write(COMMENT);
    }
    if (!over) {
      timer = vertx.setTimer(Math.max(1, QUIET_MS - silentMs()), due -> quiet());
    }
  }

  private long silentMs() {
    return (System.nanoTime() - lastNanos) / 1_000_000;
  }

  private void left() {
    if (!over) {
      finish();
      gone.run();
    }
  }

  private void finish() {
    over = true;
    vertx.cancelTimer(timer);
  }
}
