package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Serves the OpenAPI 3.1 document of one port, which is a resource. For one event loop. */
final class DescriptionHttp implements Handler<RoutingContext> {
  private final Vertx vertx;
  private final Endpoint.Port port;
  private @Nullable Future<String> document;

  DescriptionHttp(Vertx vertx, Endpoint.Port port) {
    this.vertx = vertx;
    this.port = port;
  }

  @Override
  public void handle(RoutingContext context) {
    document()
        .onSuccess(text -> Answers.send(context, 200, Answers.JSON, text))
        .onFailure(context::fail);
  }

  /** Read once, when somebody asks, and not on the loop. */
  private Future<String> document() {
    Future<String> read = document;
    if (read == null) {
      read = vertx.executeBlocking(() -> read(port)).map(Objects::requireNonNull);
      document = read;
    }
    return read;
  }

  static String read(Endpoint.Port port) throws IOException {
    String name = "/openapi/" + port.name().toLowerCase(Locale.ROOT) + ".json";
    try (InputStream in = DescriptionHttp.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
