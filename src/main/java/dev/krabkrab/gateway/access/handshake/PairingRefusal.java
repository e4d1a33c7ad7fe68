package dev.krabkrab.gateway.access.handshake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.access.pairing.Admission;
import dev.krabkrab.gateway.access.pairing.ComparisonCode;
import dev.krabkrab.gateway.access.pairing.PairingService;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;

/** The answer to a client whose device somebody has to approve. Protocol 01c §6.3, 05 §6.4. */
final class PairingRefusal {
  /** When there may be room again for another request, in milliseconds. */
  private static final long ROOM_AFTER_MS = 60_000;

  private PairingRefusal() {}

  static HandshakeFailure of(Admission admission, ConnectParams params) {
    return switch (admission) {
      case Admission.Pending pending -> required(pending, params);
      case Admission.Crowded crowded -> crowded(crowded);
      default ->
          HandshakeFailure.invalid(
              "pairing required, but client, scopes, caps, commands and permissions take more than "
                  + PairingService.MOST_REQUEST_BYTES
                  + " bytes together; a device that is not approved yet must declare less");
    };
  }

  private static HandshakeFailure crowded(Admission.Crowded crowded) {
    String message =
        "pairing required, but "
            + crowded.most()
            + " requests wait for approval already, which is the limit; approve or reject some"
            + " (krabkrab devices list) or retry later";
    return new HandshakeFailure(
        Outcome.PAIRING_REQUIRED,
        ErrorShape.retryable(message, ROOM_AFTER_MS),
        CloseReason.TRY_AGAIN_LATER);
  }

  private static HandshakeFailure required(Admission.Pending pending, ConnectParams params) {
    String requestId = pending.request().requestId();
    if (!params.isV4()) {
      ObjectNode details = Json.object().put("requestId", requestId);
      return HandshakeFailure.of(
          Outcome.PAIRING_REQUIRED,
          ErrorShape.of(ErrorShape.NOT_PAIRED, "pairing required", details));
    }
    String message = "pairing required: " + pending.reason().text();
    ObjectNode details =
        Json.object()
            .put("code", "PAIRING_REQUIRED")
            .put("reason", pending.reason().wire())
            .put("requestId", requestId)
            .put("deviceId", pending.request().deviceId())
            .put("comparisonCode", ComparisonCode.of(pending.request().publicKey(), requestId))
            .put("requestedRole", params.role().wire());
    details.set("requestedScopes", Json.texts(params.scopes()));
    if (!pending.approvedRoles().isEmpty()) {
      details.set("approvedRoles", Json.texts(pending.approvedRoles()));
      details.set("approvedScopes", Json.texts(pending.approvedScopes()));
    }
    details
        .put("remediationHint", "Approve it with: krabkrab devices approve " + requestId)
        .put("recommendedNextStep", "wait_then_retry")
        .put("retryable", true)
        .put("pauseReconnect", false);
    return new HandshakeFailure(
        Outcome.PAIRING_REQUIRED,
        ErrorShape.of(ErrorShape.NOT_PAIRED, message, details),
        CloseReason.policy(message + " (requestId: " + requestId + ")"));
  }
}
