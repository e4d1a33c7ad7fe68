package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Before anything is compared: a browser connects only for pages it may connect for. Protocol 01a
 * §1.1, 05 §6.3.
 */
final class OriginStep {
  static final String REFUSAL =
      "origin not allowed (open the Control UI from the gateway host or allow it in"
          + " gateway.controlUi.allowedOrigins)";

  private OriginStep() {}

  /** The refusal, or null. */
  static @Nullable HandshakeFailure check(
      ConnectParams params,
      HandshakePolicy policy,
      MultiMap headers,
      Locality client,
      boolean fromTrustedProxy) {
    String forwarded = fromTrustedProxy ? headers.get("x-forwarded-host") : null;
    String problem = policy.origins().problem(headers, client.local(), forwarded);
    return problem == null
        ? null
        : HandshakeFailure.of(
            Outcome.ORIGIN_REFUSED,
            ErrorShape.INVALID_REQUEST,
            REFUSAL,
            params.isV4(),
            Json.object().put("code", "CONTROL_UI_ORIGIN_NOT_ALLOWED").put("reason", problem));
  }
}
