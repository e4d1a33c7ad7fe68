package dev.krabkrab.gateway.platform;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiConsumer;

/** Opens HTTP servers that tests put in the place of somebody else's, on free ports here. */
public final class HttpDouble {
  private HttpDouble() {}

  /** The handler is given each request with its whole body. */
  public static HttpServer listen(Vertx vertx, BiConsumer<HttpServerRequest, Buffer> answer) {
    return listen(vertx.createHttpServer(), answer);
  }

  /** The same on a server with other handlers. */
  public static HttpServer listen(HttpServer server, BiConsumer<HttpServerRequest, Buffer> answer) {
    return Async.get(
        server
            .requestHandler(
                request -> request.body().onSuccess(body -> answer.accept(request, body)))
            .listen(0, "127.0.0.1"));
  }
}
