package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The {@code error} object of a failed response (Protocol 01a §3, 05 §6).
 *
 * @param raw the object as received
 */
record GatewayError(JsonNode raw) {

  String code() {
    return raw.path("code").asText("");
  }

  String message() {
    return raw.path("message").asText("");
  }

  JsonNode details() {
    return raw.path("details");
  }

  /** The structured code of newer gateways, or an empty text. */
  String detailCode() {
    return details().path("code").asText("");
  }

  /** The pairing request that waits for approval, or an empty text. */
  String requestId() {
    return details().path("requestId").asText("");
  }

  boolean isPairing() {
    return code().equals("NOT_PAIRED");
  }

  boolean isMissingScope() {
    return detailCode().equals("MISSING_SCOPE") || message().startsWith("missing scope:");
  }

  /** The credential itself was refused, so that another one may succeed. */
  boolean isCredential() {
    return detailCode().isEmpty()
        ? message().startsWith("unauthorized") && !message().startsWith("unauthorized role")
        : detailCode().startsWith("AUTH_") && !detailCode().equals("AUTH_RATE_LIMITED");
  }

  boolean canRetryWithDeviceToken() {
    return detailCode().equals("AUTH_TOKEN_MISMATCH")
        && details().path("canRetryWithDeviceToken").asBoolean(false);
  }
}
