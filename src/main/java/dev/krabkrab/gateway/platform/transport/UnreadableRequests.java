package dev.krabkrab.gateway.platform.transport;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Answers requests whose head cannot be read, of which nothing is certain, not even the path: in
 * the shape that clients of every API here read, and with the end of the socket.
 */
final class UnreadableRequests implements Handler<HttpServerRequest> {
  @Override
  public void handle(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        switch (cause) {
          case TooLongHttpLineException line -> 414;
          case TooLongHttpHeaderException header -> 431;
          case TooLongFrameException frame -> 413;
          case null, default -> 400;
        };
    String why =
        switch (status) {
          case 414 -> "the request line is too long";
          case 431 -> "the header fields are too large";
          case 413 -> "payload too large";
          default -> "the request is not HTTP";
        };
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json; charset=utf-8")
        .putHeader("connection", "close")
        .end(
            "{\"error\":{\"message\":\""
                + why
                + "\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
    request.connection().close();
  }
}
