package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers of the HTTP surface in their one shape. Protocol 04 §19. */
final class Answers {
  static final String JSON = "application/json; charset=utf-8";
  static final String TEXT = "text/plain; charset=utf-8";

  static final String INVALID = "invalid_request_error";
  static final String UNAUTHORIZED = "unauthorized";
  static final String FORBIDDEN = "forbidden";

  private Answers() {}

  static void json(RoutingContext context, int status, JsonNode body) {
    send(context, status, JSON, Json.text(body));
  }

  static void text(RoutingContext context, int status, String text) {
    send(context, status, TEXT, text);
  }

  static void send(RoutingContext context, int status, String type, String body) {
    HttpServerResponse response = context.response();
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(status).putHeader("content-type", type).end(body);
    }
  }

  /** The same with all four fields that OpenAI's API has. */
  static ObjectNode apiError(String message, String type) {
    ObjectNode body = error(message, type);
    if (body.path("error") instanceof ObjectNode error) {
      error.putNull("param").putNull("code");
    }
    return body;
  }

  static ObjectNode error(String message, String type) {
    ObjectNode body = Json.object();
    body.putObject("error").put("message", SafeText.line(message)).put("type", type);
    return body;
  }
}
