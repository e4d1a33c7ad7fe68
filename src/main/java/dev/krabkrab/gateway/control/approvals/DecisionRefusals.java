package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;

/** Why a decision is refused, in the words of its protocol. Protocol 02 §2.2, 05 §13.3. */
final class DecisionRefusals {
  private DecisionRefusals() {}

  static GatewayError own() {
    return GatewayError.invalid(
        "you asked for this approval yourself; somebody else has to allow it"
            + " (approvals.exec.forbidSelfApproval); you may deny it",
        Json.object().put("reason", "APPROVAL_SELF_DECISION"));
  }

  static GatewayError nobodys() {
    return GatewayError.invalid(
        "an agent asks this by itself, perhaps because you had it look; somebody with"
            + " operator.admin has to allow it (approvals.exec.forbidSelfApproval); you may deny"
            + " it",
        Json.object().put("reason", "APPROVAL_SELF_DECISION"));
  }

  static GatewayError barred(String decision) {
    return decision.equals(Decision.ALLOW_ALWAYS)
        ? GatewayError.invalid(
            "allow-always is unavailable for this command",
            Json.object().put("reason", "APPROVAL_ALLOW_ALWAYS_UNAVAILABLE"))
        : GatewayError.invalid("invalid decision");
  }

  static GatewayError changed() {
    return GatewayError.invalid(
        "this is not the request that was shown: read it again before you decide",
        Json.object().put("reason", "APPROVAL_CHANGED"));
  }

  static GatewayError unknown(Caller by) {
    return by.isV4() ? notFound() : GatewayError.invalid("unknown approval id");
  }

  static GatewayError notFound() {
    return new GatewayError(
        ErrorShape.of(ErrorShape.INVALID_REQUEST, "unknown or expired approval id", noSuchId()));
  }

  /** Details of a refusal. */
  static ObjectNode noSuchId() {
    return Json.object()
        .put("reason", "APPROVAL_NOT_FOUND")
        .put("remediation", "list the pending approvals and use one of their ids");
  }
}
