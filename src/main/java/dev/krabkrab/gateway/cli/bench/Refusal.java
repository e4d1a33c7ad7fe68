package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionException;

/** Why somebody was not greeted. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final String pairing;

  /**
   * @param pairing the request that somebody has to approve; empty for none
   */
  Refusal(String code, String message, String pairing) {
    super(message, null, false, false);
    this.code = code;
    this.pairing = pairing;
  }

  static Refusal of(JsonNode error) {
    String code = error.path("code").asText("UNKNOWN");
    return new Refusal(
        code,
        code + ": " + error.path("message").asText(""),
        error.path("details").path("requestId").asText(""));
  }

  String code() {
    return code;
  }

  String pairing() {
    return pairing;
  }

  /** The code of any failure to connect. */
  static String code(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof Refusal refusal ? refusal.code() : "UNREACHABLE";
  }
}
