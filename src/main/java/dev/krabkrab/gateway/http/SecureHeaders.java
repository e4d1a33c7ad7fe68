package dev.krabkrab.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/** Headers of every HTTP answer: nothing here is a page, to be framed, guessed at or kept. */
final class SecureHeaders {
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

  private SecureHeaders() {}

  /** The answer to a request, with the headers set. */
  static HttpServerResponse of(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    ALWAYS.forEach(response::putHeader);
    // Browsers believe it over TLS only.
    return request.isSSL() ? response.putHeader("strict-transport-security", ONE_YEAR) : response;
  }
}
