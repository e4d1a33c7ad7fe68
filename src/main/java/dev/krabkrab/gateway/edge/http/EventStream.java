package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Server-sent events to a client that may go away or not read. */
final class EventStream {
  /** As for a WebSocket: a client that lets so much wait is too slow. Protocol 04 §1. */
  private static final int MOST_WAITING = 1_572_864;

  private final HttpServerResponse response;
  private Runnable gone = () -> {};
  private boolean over;

  private EventStream(HttpServerResponse response) {
    this.response = response;
  }

  static EventStream open(HttpServerRequest request) {
    HttpServerResponse response =
        request
            .response()
            .putHeader("content-type", "text/event-stream; charset=utf-8")
            .putHeader("cache-control", "no-cache")
            .setWriteQueueMaxSize(MOST_WAITING);
    if (request.version() != HttpVersion.HTTP_2) {
      response.putHeader("connection", "keep-alive").setChunked(true);
    }
    EventStream stream = new EventStream(response);
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
      over = true;
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
      response.write(text);
    }
  }

  private void left() {
    if (!over) {
      over = true;
      gone.run();
    }
  }
}
