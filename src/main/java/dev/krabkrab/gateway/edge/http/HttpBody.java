package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.function.Function;

/** Reads the body of a request, a JSON object, up to a bound. Protocol 04 §19. */
final class HttpBody {
  private static final int LARGE = 64 * 1024;

  private HttpBody() {}

  /** A body that cannot be used. */
  static final class BadBody extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadBody(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** Reads it, and what it says; an empty one is an empty object. */
  static Future<ObjectNode> read(HttpServerRequest request, int most) {
    return bytes(request, most).compose(body -> parsed(body, json -> json));
  }

  /**
   * Makes a body into what the caller needs; a large one away from the event loop.
   *
   * @param reader may throw {@link BadBody}
   * @return fails with {@link BadBody}
   */
  static <T> Future<T> parsed(Buffer body, Function<? super ObjectNode, ? extends T> reader) {
    return Future.succeededFuture(body)
        .compose(
            all ->
                all.length() < LARGE
                    ? Future.succeededFuture(reader.apply(parse(all)))
                    : Objects.requireNonNull(Vertx.currentContext())
                        .<T>executeBlocking(() -> reader.apply(parse(all)), false));
  }

  /**
   * Reads it without a look at what it says.
   *
   * @param most bytes
   * @return fails with {@link BadBody}; the rest of a body that is too large is read and dropped
   */
  static Future<Buffer> bytes(HttpServerRequest request, int most) {
    if (announced(request) > most) {
      return Future.failedFuture(new BadBody(413, "payload too large"));
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer all = Buffer.buffer();
    request.handler(
        piece -> {
          if (promise.future().isComplete()) {
            return;
          }
          if (all.length() + piece.length() > most) {
            promise.fail(new BadBody(413, "payload too large"));
          } else {
            all.appendBuffer(piece);
          }
        });
    request.exceptionHandler(gone -> promise.tryFail(new BadBody(400, "the body ended early")));
    request.endHandler(end -> promise.tryComplete(all));
    if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
      request.response().writeContinue();
    }
    request.resume();
    return promise.future();
  }

  private static long announced(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static ObjectNode parse(Buffer body) {
    if (body.length() == 0) {
      return Json.object();
    }
    JsonNode parsed = Json.tryParse(body.getBytes());
    if (parsed instanceof ObjectNode object) {
      return object;
    }
    throw new BadBody(
        400,
        parsed == null ? "SyntaxError: the body is not JSON" : "the body must be a JSON object");
  }
}
