package dev.krabkrab.gateway.access.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;

/**
 * Why a handshake ends here: what it counts as, what the client is answered and how its socket is
 * closed. Protocol 01b §2.6.
 */
record HandshakeFailure(Outcome outcome, ErrorShape error, CloseReason close) {
  /** What let the client in was withdrawn meanwhile. */
  static final HandshakeFailure WITHDRAWN =
      of(Outcome.UNAUTHORIZED, ErrorShape.invalid("unauthorized"));

  /** Refused with 1008 and the error's own text. */
  static HandshakeFailure of(Outcome outcome, ErrorShape error) {
    return new HandshakeFailure(outcome, error, CloseReason.policy(error.message()));
  }

  static HandshakeFailure invalid(String message) {
    return of(Outcome.MALFORMED, ErrorShape.invalid(message));
  }

  /** Protocol 4 clients branch on the details; protocol 3 clients are sent the text alone. */
  static HandshakeFailure of(
      Outcome outcome, String code, String message, boolean v4, JsonNode details) {
    ErrorShape error = ErrorShape.of(code, message);
    return of(outcome, v4 ? error.withDetails(details) : error);
  }

  /**
   * This instance has as much as it can take.
   *
   * @param retryAfterMs when to try again, in milliseconds
   */
  static HandshakeFailure overloaded(String message, long retryAfterMs) {
    return new HandshakeFailure(
        Outcome.OVERLOADED, ErrorShape.retryable(message, retryAfterMs), CloseReason.GATEWAY_BUSY);
  }

  /** Nothing is wrong with the client: it is to come back soon. Protocol 05 §8.1. */
  static HandshakeFailure comeBack(ErrorShape error) {
    return new HandshakeFailure(Outcome.UNAVAILABLE, error, CloseReason.TRY_AGAIN_LATER);
  }
}
