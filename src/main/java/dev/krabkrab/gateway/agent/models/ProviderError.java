package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An error as a provider tells it, in whichever of the forms that are in use.
 *
 * @param words for people; may be empty
 * @param codes its type, code and status, in lower case, with spaces between; may be empty
 * @param status of HTTP that it corresponds to; 0 when it does not say
 * @param raw all of it
 */
record ProviderError(String words, String codes, int status, String raw) {
  private static final List<String> WORDS =
      List.of("message", "msg", "detail", "status_msg", "error_msg", "error_message", "reason");
  private static final List<String> CODES =
      List.of("type", "code", "status", "status_code", "error_code", "error_type");

  /** What the same request may get past, a little later. */
  private static final List<String> PASSING =
      List.of("overload", "rate_limit", "ratelimit", "timeout", "unavailable", "exhausted");

  /** What no second try changes. */
  private static final List<String> LASTING =
      List.of(
          "invalid_request",
          "invalid_argument",
          "bad_request",
          "badrequest",
          "unprocessable",
          "authentication",
          "permission",
          "not_found",
          "notfound",
          "invalid_api_key",
          "billing",
          "insufficient_quota",
          "content_policy",
          "content_filter");

  private static final Set<String> OF_REQUEST =
      Set.of("invalid_request_error", "invalid_argument", "bad_request", "badrequesterror");

  /**
   * The error that a value is.
   *
   * @return null when it is none
   */
  static @Nullable ProviderError in(JsonNode value) {
    if (value.isArray()) {
      for (JsonNode one : value) {
        ProviderError found = in(one);
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    for (String name : List.of("error", "errors", "base_resp", "Error")) {
      JsonNode error = value.path(name);
      boolean well = name.equals("base_resp") && error.path("status_code").asInt() == 0;
      if (isSomething(error) && !well) {
        return of(value, error);
      }
    }
    String type = value.path("type").asText() + " " + value.path("object").asText();
    return type.contains("error") ? of(value, value) : null;
  }

  /** The error that a value is, which holds nothing of an answer. */
  static @Nullable ProviderError inOther(JsonNode value) {
    ProviderError found = in(value);
    return found == null && !words(value).isEmpty() ? of(value, value) : found;
  }

  /** One that is plain text. */
  static ProviderError of(String text) {
    return new ProviderError(ProviderErrorText.ofPage(text), "", 0, text);
  }

  private static boolean isSomething(JsonNode error) {
    return switch (error.getNodeType()) {
      case OBJECT -> true;
      case ARRAY -> !error.isEmpty();
      case STRING -> !error.textValue().isBlank();
      case BOOLEAN -> error.booleanValue();
      default -> false;
    };
  }

  private static ProviderError of(JsonNode whole, JsonNode error) {
    JsonNode first = error.isArray() ? error.path(0) : error;
    // Some wrap the error of whom they have asked.
    JsonNode inner = first.path("error").isObject() ? first.path("error") : first;
    String words = words(inner);
    if (words.isEmpty()) {
      words = words(whole);
    }
    if (words.isEmpty() && inner.isObject() && !inner.isEmpty()) {
      words = Json.text(inner);
    }
    StringBuilder codes = new StringBuilder();
    int status = codes(inner, codes, 0);
    if (inner != whole) {
      status = codes(whole, codes, status);
    }
    String known = codes.toString().strip().toLowerCase(Locale.ROOT);
    return new ProviderError(ProviderErrorText.safe(words), known, status, Json.text(whole));
  }

  private static String words(JsonNode error) {
    if (error.isTextual()) {
      return error.textValue().strip();
    }
    for (String name : WORDS) {
      JsonNode words = error.path(name);
      if (words.isTextual() && !words.textValue().isBlank()) {
        return words.textValue().strip();
      }
      if (words.isContainerNode() && !words.isEmpty()) {
        String inner = words(words.isArray() ? words.path(0) : words);
        return inner.isEmpty() ? Json.text(words) : inner;
      }
    }
    return "";
  }

  private static int codes(JsonNode error, StringBuilder into, int known) {
    int status = known;
    for (String name : CODES) {
      JsonNode code = error.path(name);
      if (code.isValueNode() && !code.isNull()) {
        into.append(' ').append(code.asText());
        int number = code.asInt();
        status = status == 0 && number >= 400 && number <= 599 ? number : status;
      }
    }
    return status;
  }

  /** Its meaning in the middle of an answer, whose status was 200. */
  ModelFailure failure() {
    String message = words.isEmpty() ? "the provider told of an error" : words;
    if (words.isEmpty() && !codes.isEmpty()) {
      message += ": " + ProviderErrorText.safe(codes);
    }
    return failure(message, status, 0);
  }

  /** The same, with words before it. */
  ModelFailure failure(String before) {
    return failure(before + words, status, 0);
  }

  /**
   * What it means as the answer to a request.
   *
   * @param answered the status of HTTP
   */
  ModelFailure failure(int answered, long retryAfterMs) {
    String message = words.isEmpty() ? codes : words;
    return failure((answered + " " + message).strip(), answered, retryAfterMs);
  }

  private ModelFailure failure(String message, int answered, long retryAfterMs) {
    ModelFailure.TooLong tooLong = ContextOverflow.in(words, codes, raw, answered);
    if (tooLong != null) {
      return ModelFailure.tooLong(message, tooLong);
    }
    boolean spent = has(List.of("insufficient_quota", "billing"));
    boolean passing;
    if (answered > 0) {
      passing = answered == 408 || answered == 425 || answered == 429 || answered >= 500;
    } else {
      passing = has(PASSING) || !has(LASTING);
    }
    boolean ofRequest =
        answered == 400
            || answered == 422
            || (answered == 0 && OF_REQUEST.stream().anyMatch(codes::contains));
    return new ModelFailure(message, passing && !spent, !ofRequest, retryAfterMs, null);
  }

  private boolean has(List<String> names) {
    return names.stream().anyMatch(codes::contains);
  }
}
