package dev.krabkrab.gateway.edge.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;
import java.util.Map;

/**
 * Sets the headers of every HTTP answer, before anything else is done: nothing here is a page, to
 * be framed, guessed at or kept.
 */
final class SecureHeaders implements PlatformHandler {
  private static final String ONE_YEAR = "max-age=31536000";

  private static final Map<String, String> ALWAYS =
      Map.of(
          "x-content-type-options",
          "nosniff",
          "referrer-policy",
          "no-referrer",
          "cache-control",
          "no-store",
          "content-security-policy",
          "default-src 'none'; frame-ancestors 'none'",
          "x-frame-options",
          "DENY");

  @Override
  public void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    ALWAYS.forEach(response::putHeader);
    // Browsers believe it over TLS only.
    if (context.request().isSSL()) {
      response.putHeader("strict-transport-security", ONE_YEAR);
    }
    context.next();
  }
}
