package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The end of a request that is not done: fails its route, and says what {@link HttpErrors} answers.
 */
final class HttpFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String SERVER = "api_error";

  private final int status;
  private final String type;
  private final String body;
  private final transient Map<String, String> headers;

  private HttpFailure(int status, String type, String body, Map<String, String> headers) {
    super(status + " " + body, null, false, false);
    this.status = status;
    this.type = type;
    this.body = body;
    this.headers = headers;
  }

  static HttpFailure json(int status, JsonNode body) {
    return new HttpFailure(status, Answers.JSON, Json.text(body), Map.of());
  }

  static HttpFailure text(int status, String text) {
    return new HttpFailure(status, Answers.TEXT, text, Map.of());
  }

  /** In the one shape of the APIs. Protocol 04 §19. */
  static HttpFailure error(int status, String message, String type) {
    return json(status, Answers.error(message, type));
  }

  static HttpFailure notAllowed(String allowed) {
    return new HttpFailure(405, Answers.TEXT, "Method Not Allowed", Map.of("allow", allowed));
  }

  static HttpFailure lockedOut(long waitMs) {
    JsonNode body = Answers.error("too many wrong secrets; retry later", "rate_limited");
    return new HttpFailure(
        429,
        Answers.JSON,
        Json.text(body),
        Map.of("retry-after", Long.toString((waitMs + 999) / 1000)));
  }

  static HttpFailure unavailable() {
    return error(503, "gateway state is unavailable; retry in a moment", "api_error");
  }

  /**
   * The same as OpenAI's API says it: an object {@code error} with {@code message}, {@code type},
   * {@code param} and {@code code}, besides what else there is.
   *
   * @param request its method and path
   */
  HttpFailure inApiShape(String request) {
    ObjectNode shaped =
        Json.tryParse(body.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode json
            ? json
            : Answers.apiError(plain(request), status < 500 ? Answers.INVALID : SERVER);
    if (shaped.path("error") instanceof ObjectNode error) {
      ObjectNode whole = Json.object();
      whole.set("message", error.path("message"));
      whole.put("type", error.path("type").asText(SERVER));
      whole.putNull("param").putNull("code");
      whole.setAll(error);
      shaped.set("error", whole);
    }
    return new HttpFailure(status, Answers.JSON, Json.text(shaped), headers);
  }

  private String plain(String request) {
    return switch (status) {
      case 404 -> "there is no " + request + ", or it is switched off (gateway.http.endpoints)";
      case 405 -> request + ": another method is allowed: " + headers.get("allow");
      default -> body;
    };
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  String body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
