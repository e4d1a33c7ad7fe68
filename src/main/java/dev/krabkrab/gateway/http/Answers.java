package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.SafeText;
import io.vertx.core.http.HttpServerRequest;

/** Answers of the HTTP surface in their one shape. Protocol 04 §19. */
final class Answers {
  static final String INVALID = "invalid_request_error";
  static final String UNAUTHORIZED = "unauthorized";
  static final String FORBIDDEN = "forbidden";

  private Answers() {}

  static void json(HttpServerRequest request, int status, JsonNode body) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    SecureHeaders.of(request)
        .setStatusCode(status)
        .putHeader("content-type", "application/json; charset=utf-8")
        .end(Json.text(body));
  }

  static void text(HttpServerRequest request, int status, String text) {
    SecureHeaders.of(request)
        .setStatusCode(status)
        .putHeader("content-type", "text/plain; charset=utf-8")
        .end(text);
  }

  static void error(HttpServerRequest request, int status, String message, String type) {
    json(request, status, error(message, type));
  }

  static ObjectNode error(String message, String type) {
    ObjectNode body = Json.object();
    body.putObject("error").put("message", SafeText.line(message)).put("type", type);
    return body;
  }

  static void notAllowed(HttpServerRequest request, String allowed) {
    request.response().putHeader("allow", allowed);
    text(request, 405, "Method Not Allowed");
  }

  static void lockedOut(HttpServerRequest request, long waitMs) {
    request.response().putHeader("retry-after", Long.toString((waitMs + 999) / 1000));
    error(request, 429, "too many wrong secrets; retry later", "rate_limited");
  }
}
