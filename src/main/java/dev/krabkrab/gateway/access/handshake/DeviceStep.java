package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.DeviceIdentity;
import dev.krabkrab.gateway.access.auth.DeviceRefusal;
import dev.krabkrab.gateway.access.auth.DeviceVerdict;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps 5 to 12: is a device identity needed, and is the one given genuine? Protocol 01b §4.5,
 * §4.6, §5.
 */
final class DeviceStep {
  private final InstantSource clock;

  DeviceStep(InstantSource clock) {
    this.clock = clock;
  }

  /** What is known about the device after this step. */
  sealed interface Result {
    record Refused(HandshakeFailure failure) implements Result {}

    /** Let on without one. */
    record NoDevice() implements Result {}

    /**
     * The client holds the private key.
     *
     * @param publicKey in its stored form
     */
    record Verified(String deviceId, String publicKey) implements Result {}
  }

  Result check(ConnectParams params, HandshakePolicy policy, Locality locality, String nonce) {
    if (Scopes.firstUnclean(params.requestedScopes()).isPresent()) {
      // Such a scope would make the signed text ambiguous.
      return new Result.Refused(HandshakeFailure.invalid("invalid scope"));
    }
    DeviceIdentity device = params.device();
    boolean ui = params.kind().isControlUi();
    if (device == null || (ui && policy.uiDisableDeviceAuth())) {
      HandshakeFailure failure = ui ? uiWithout(params, policy) : clientWithout(params, policy);
      return failure == null ? new Result.NoDevice() : new Result.Refused(failure);
    }
    return verify(device, params, locality, nonce);
  }

  private static @Nullable HandshakeFailure uiWithout(
      ConnectParams params, HandshakePolicy policy) {
    if (!policy.uiAllowInsecureAuth() && !policy.uiDisableDeviceAuth()) {
      return params.isV4()
          ? identityRequired(
              params, "CONTROL_UI_DEVICE_IDENTITY_REQUIRED", "gateway.controlUi.allowInsecureAuth")
          : HandshakeFailure.of(
              Outcome.DEVICE_REFUSED,
              ErrorShape.invalid("control ui requires HTTPS or localhost (secure context)"));
    }
    return params.hasSecret() ? null : identityRequired(params);
  }

  private static @Nullable HandshakeFailure clientWithout(
      ConnectParams params, HandshakePolicy policy) {
    boolean excused = policy.allowTokenWithoutDevice() && !params.token().isEmpty();
    return excused ? null : identityRequired(params);
  }

  private static HandshakeFailure identityRequired(ConnectParams params) {
    return identityRequired(
        params, "DEVICE_IDENTITY_REQUIRED", "gateway.auth.allowTokenWithoutDevice");
  }

  private static HandshakeFailure identityRequired(
      ConnectParams params, String code, String setting) {
    return HandshakeFailure.of(
        Outcome.DEVICE_REFUSED,
        ErrorShape.NOT_PAIRED,
        "device identity required",
        params.isV4(),
        Json.object()
            .put("code", code)
            .put(
                "remediationHint",
                "Connect with a device identity and its signature; a gateway goes without where "
                    + setting
                    + " is true"));
  }

  private Result verify(
      DeviceIdentity device, ConnectParams params, Locality locality, String nonce) {
    var terms =
        new DeviceIdentity.Terms(
            nonce,
            locality.local() && !params.isV4(),
            DeviceIdentity.window(params.version().number()),
            clock.instant());
    return switch (device.verify(params.signed(), terms)) {
      case DeviceVerdict.Verified ok -> new Result.Verified(ok.deviceId(), ok.publicKey());
      case DeviceVerdict.Refused(DeviceRefusal reason) ->
          new Result.Refused(
              HandshakeFailure.of(
                  Outcome.DEVICE_REFUSED,
                  ErrorShape.INVALID_REQUEST,
                  reason.text(),
                  params.isV4(),
                  Json.object().put("code", reason.code()).put("reason", reason.reason())));
    };
  }

  /**
   * Scopes of a client without a device: protocol 4 grants none but to the machine's own command
   * line and backend. Protocol 05 §6.5.
   */
  static List<String> scopesWithoutDevice(ConnectParams params, Locality locality) {
    if (!params.isV4() || params.kind().isControlUi()) {
      return params.scopes();
    }
    String id = params.client().path("id").asText();
    String mode = params.client().path("mode").asText();
    boolean own =
        (id.equals("cli") && mode.equals("cli"))
            || (id.equals("gateway-client") && mode.equals("backend"));
    return own && locality.local() ? params.scopes() : List.of();
  }
}
