package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.rpc.ProtocolBundle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code GET /protocol.schema.json}: the protocol as a JSON Schema. For one event loop. */
public final class ProtocolHttp implements Handler<HttpServerRequest> {
  private static final String PATH = "/protocol.schema.json";

  private final Vertx vertx;
  private final Handler<HttpServerRequest> otherwise;
  private @Nullable Future<String> bundle;

  /**
   * @param otherwise answers what is nothing of this
   */
  public ProtocolHttp(Vertx vertx, Handler<HttpServerRequest> otherwise) {
    this.vertx = vertx;
    this.otherwise = otherwise;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!PATH.equals(request.path())) {
      otherwise.handle(request);
    } else if (request.method() != HttpMethod.GET) {
      Answers.notAllowed(request, "GET");
    } else {
      bundle()
          .onSuccess(
              text ->
                  SecureHeaders.of(request)
                      .putHeader("content-type", "application/schema+json; charset=utf-8")
                      .end(text))
          .onFailure(e -> Answers.text(request, 500, "Internal Server Error"));
    }
  }

  /** Made once, when somebody asks, and not on the loop. */
  private Future<String> bundle() {
    Future<String> made = bundle;
    if (made == null) {
      made = vertx.executeBlocking(ProtocolBundle::text).map(Objects::requireNonNull);
      bundle = made;
    }
    return made;
  }
}
