package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The error object of a failed response. Protocol 01a §3.1, 05 §9.
 *
 * @param code one of the constants here
 * @param message wire text; some clients recognise failures by it, so texts are contract
 * @param details anything, or null when absent
 * @param retryable true when the same call may succeed later; null when not said
 * @param retryAfterMs milliseconds, at least 0, or null
 */
public record ErrorShape(
    String code,
    String message,
    @Nullable JsonNode details,
    @Nullable Boolean retryable,
    @Nullable Long retryAfterMs) {

  /** A message may repeat what the client sent; people read it where they cannot see that. */
  public ErrorShape {
    message = SafeText.line(message);
  }

  public static final String INVALID_REQUEST = "INVALID_REQUEST";
  public static final String UNAVAILABLE = "UNAVAILABLE";
  public static final String NOT_PAIRED = "NOT_PAIRED";
  public static final String FORBIDDEN = "FORBIDDEN";
  public static final String APPROVAL_NOT_FOUND = "APPROVAL_NOT_FOUND";

  private static final long LIMIT_RETRY_MS = 1_000;

  public static ErrorShape of(String code, String message) {
    return new ErrorShape(code, message, null, null, null);
  }

  public static ErrorShape of(String code, String message, JsonNode details) {
    return new ErrorShape(code, message, details, null, null);
  }

  public static ErrorShape invalid(String message) {
    return of(INVALID_REQUEST, message);
  }

  public static ErrorShape unavailable(String message) {
    return of(UNAVAILABLE, message);
  }

  /** An {@code UNAVAILABLE} that tells the client to try again. */
  public static ErrorShape retryable(String message, long retryAfterMs) {
    return new ErrorShape(UNAVAILABLE, message, null, true, retryAfterMs);
  }

  /**
   * More was asked for than this instance takes on, which it may do later.
   *
   * @param what there are too many of, and on what
   * @param most how many there may be
   * @param limit name of the setting in {@code gateway.limits}
   * @param remedy what the client is to do
   */
  public static ErrorShape overLimit(String what, int most, String limit, String remedy) {
    String message =
        "too many " + what + " (" + most + ", gateway.limits." + limit + "); " + remedy;
    return retryable(message, LIMIT_RETRY_MS);
  }

  public ErrorShape withDetails(JsonNode extra) {
    return new ErrorShape(code, message, extra, retryable, retryAfterMs);
  }

  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("code", code).put("message", message);
    if (details != null) {
      json.set("details", details);
    }
    if (retryable != null) {
      json.put("retryable", retryable);
    }
    if (retryAfterMs != null) {
      json.put("retryAfterMs", retryAfterMs);
    }
    return json;
  }

  /** Reads what {@link #toJson()} wrote. */
  public static ErrorShape fromJson(JsonNode json) {
    return new ErrorShape(
        json.path("code").asText(UNAVAILABLE),
        json.path("message").asText(""),
        json.get("details"),
        json.has("retryable") ? json.get("retryable").asBoolean() : null,
        json.has("retryAfterMs") ? json.get("retryAfterMs").asLong() : null);
  }
}
