package dev.krabkrab.gateway.handshake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.auth.AuthFailure;
import dev.krabkrab.gateway.auth.Credential;
import dev.krabkrab.gateway.auth.GuessGuard;
import dev.krabkrab.gateway.auth.IdentitySource;
import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.pairing.Admission;
import dev.krabkrab.gateway.pairing.AdmitRequest;
import dev.krabkrab.gateway.pairing.BootstrapService;
import dev.krabkrab.gateway.pairing.DeviceFacts;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.pairing.Voucher;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.ErrorShape;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Steps 13 to 15: the shared secret or a device token, then pairing. Protocol 01b §4.2, 01c §6, §7.
 */
public final class AdmissionStep {
  private final PairingService pairing;
  private final SecretStep secrets;
  private final BootstrapStep bootstrap;
  private final BiConsumer<String, Admission> announcer;

  /** Makes the step; the announcer tells the cluster what an admission changed. */
  public AdmissionStep(
      PairingService pairing,
      BootstrapService bootstraps,
      GuessGuard guard,
      BiConsumer<String, Admission> announcer) {
    this.pairing = pairing;
    this.secrets = new SecretStep(guard);
    this.bootstrap = new BootstrapStep(pairing, bootstraps, secrets, announcer);
    this.announcer = announcer;
  }

  /** Whether the client is in. */
  sealed interface Result {
    record Refused(HandshakeFailure failure) implements Result {}

    /**
     * It is.
     *
     * @param token what hello-ok hands out, or null without a paired device
     * @param method how the client proved itself, in the words of protocol 4
     * @param credential what limits it, or null
     * @param scopes what the connection may do
     * @param generation of the device as it was let in; 0 without a paired one
     */
    record Admitted(
        Admission.@Nullable IssuedToken token,
        String method,
        @Nullable Credential credential,
        List<String> scopes,
        long generation)
        implements Result {}
  }

  /** A client without a device has the shared secret and nothing else to show. */
  Future<Result> withoutDevice(
      ConnectParams params, HandshakePolicy policy, Locality locality, IdentitySource.Shown shown) {
    var attempt = new SecretStep.Attempt(params, policy, locality, null, shown, null);
    return secrets.guarded(attempt, () -> compared(attempt));
  }

  private Future<Result> compared(SecretStep.Attempt attempt) {
    return Proof.of(attempt)
        .compose(
            proof ->
                switch (proof) {
                  case Proof.Right right ->
                      Future.succeededFuture(
                          welcome(attempt.limitedTo(right.credential()), null, 0, right));
                  case Proof.Wrong(AuthFailure failure, boolean known) ->
                      secrets.refuse(attempt, failure, failure.isWrongSecret());
                });
  }

  Future<Result> withDevice(
      ConnectParams params,
      HandshakePolicy policy,
      Locality locality,
      DeviceStep.Result.Verified device,
      IdentitySource.Shown shown) {
    var attempt = new SecretStep.Attempt(params, policy, locality, device.deviceId(), shown, null);
    return secrets.guarded(
        attempt,
        () ->
            params.bootstrapToken().isEmpty()
                ? compared(attempt, device)
                : bootstrap.claimed(attempt, device));
  }

  private Future<Result> compared(SecretStep.Attempt attempt, DeviceStep.Result.Verified device) {
    return Proof.of(attempt)
        .compose(
            proof ->
                switch (proof) {
                  case Proof.Right right ->
                      admitted(attempt.limitedTo(right.credential()), device, right);
                  case Proof.Wrong wrong -> byDeviceToken(attempt, device, wrong);
                });
  }

  private Future<Result> admitted(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, Proof.Right right) {
    return asked(attempt, device, null)
        .compose(
            admission ->
                switch (admission) {
                  case Admission.Paired paired ->
                      Future.succeededFuture(
                          welcome(attempt, paired.token(), paired.generation(), right));
                  case Admission.Pending pending ->
                      Future.succeededFuture(
                          new Result.Refused(pairingRequired(pending, attempt.params())));
                  case Admission.TokenRefused refused ->
                      secrets.refuse(attempt, AuthFailure.UNAUTHORIZED, false);
                });
  }

  /** A limited credential is shown each time: a device token would outlive its withdrawal. */
  private static Result welcome(
      SecretStep.Attempt attempt,
      Admission.@Nullable IssuedToken token,
      long generation,
      Proof.Right right) {
    Credential credential = right.credential();
    return new Result.Admitted(
        credential == null ? token : null,
        right.method(),
        credential,
        attempt.params().scopes(),
        generation);
  }

  private Future<Result> byDeviceToken(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, Proof.Wrong wrong) {
    ConnectParams params = attempt.params();
    String deviceToken = params.ownToken();
    if (deviceToken.isEmpty() || wrong.known()) {
      return secrets.refuse(attempt, wrong.failure(), wrong.failure().isWrongSecret());
    }
    return asked(attempt, device, deviceToken)
        .compose(admission -> judge(attempt, admission, wrong.failure()));
  }

  /** With a device token, or with null because the secret was right. */
  private Future<Admission> asked(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, @Nullable String deviceToken) {
    ConnectParams params = attempt.params();
    Locality locality = attempt.client();
    boolean uiMaySkip =
        params.kind().isControlUi() && attempt.policy().uiAllowInsecureAuth() && params.hasSecret();
    AdmitRequest request =
        new AdmitRequest(
            device.deviceId(),
            device.publicKey(),
            params.role(),
            params.scopes(),
            facts(params, locality),
            attempt.pairsSilently(),
            deviceToken == null,
            deviceToken,
            uiMaySkip,
            Voucher.NONE,
            false,
            attempt.user());
    return pairing
        .admit(request)
        .onSuccess(admission -> announcer.accept(device.deviceId(), admission));
  }

  private Future<Result> judge(
      SecretStep.Attempt attempt, Admission admission, AuthFailure failure) {
    ConnectParams params = attempt.params();
    return switch (admission) {
      case Admission.Paired paired ->
          secrets.admit(
              attempt,
              new Result.Admitted(
                  paired.token(), "device-token", null, params.scopes(), paired.generation()),
              failure.isWrongSecret());
      case Admission.Pending pending ->
          Future.succeededFuture(new Result.Refused(pairingRequired(pending, params)));
      case Admission.TokenRefused refused ->
          // Whoever asks for too many scopes did know the token.
          secrets.refuse(
              attempt,
              tokenFailure(refused, failure, params),
              refused.reason() != Admission.TokenRefusal.SCOPE_MISMATCH);
    };
  }

  /** A token offered as the shared one is reported as such; clients know it by that text. */
  private static AuthFailure tokenFailure(
      Admission.TokenRefused refused, AuthFailure failure, ConnectParams params) {
    if (params.deviceToken().isEmpty() || !params.isV4()) {
      return failure;
    }
    return refused.reason() == Admission.TokenRefusal.SCOPE_MISMATCH
        ? AuthFailure.SCOPE_MISMATCH
        : AuthFailure.DEVICE_TOKEN_MISMATCH;
  }

  private static HandshakeFailure pairingRequired(Admission.Pending pending, ConnectParams params) {
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

  static DeviceFacts facts(ConnectParams params, Locality locality) {
    return new DeviceFacts(
        params.clientText("displayName"),
        params.clientText("platform"),
        params.clientText("deviceFamily"),
        params.clientText("id"),
        params.clientText("mode"),
        locality.reportedIp());
  }
}
