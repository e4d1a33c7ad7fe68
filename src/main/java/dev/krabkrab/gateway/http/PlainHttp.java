package dev.krabkrab.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;

/**
 * Answers requests that are no WebSocket upgrade: {@code /healthz} says the process is alive,
 * {@code /readyz} that it takes connections; everything else is not found. Protocol 01a §1.1.
 */
public final class PlainHttp implements Handler<HttpServerRequest> {
  private final BooleanSupplier ready;

  public PlainHttp(BooleanSupplier ready) {
    this.ready = ready;
  }

  @Override
  public void handle(HttpServerRequest request) {
    boolean get = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    switch (get ? String.valueOf(request.path()) : "") {
      case "/healthz" -> answer(request, 200, "ok");
      case "/readyz" -> {
        boolean open = ready.getAsBoolean();
        answer(request, open ? 200 : 503, open ? "ready" : "draining");
      }
      default -> answer(request, 404, "Not Found");
    }
  }

  private static void answer(HttpServerRequest request, int status, String text) {
    SecureHeaders.of(request)
        .setStatusCode(status)
        .putHeader("content-type", "text/plain; charset=utf-8")
        .end(text);
  }
}
