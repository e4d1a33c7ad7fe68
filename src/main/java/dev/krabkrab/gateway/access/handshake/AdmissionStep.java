package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.AuthFailure;
import dev.krabkrab.gateway.access.auth.AuthRateLimiter;
import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.pairing.Admission;
import dev.krabkrab.gateway.access.pairing.AdmitRequest;
import dev.krabkrab.gateway.access.pairing.BootstrapProof;
import dev.krabkrab.gateway.access.pairing.BootstrapService;
import dev.krabkrab.gateway.access.pairing.DeclaredFacts;
import dev.krabkrab.gateway.access.pairing.DeviceFacts;
import dev.krabkrab.gateway.access.pairing.PairingService;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
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
      AuthRateLimiter guard,
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
    return secrets.guarded(
        attempt,
        () -> compared(attempt),
        waitMs -> Future.succeededFuture(SecretStep.rateLimited(attempt, waitMs)));
  }

  private Future<Result> compared(SecretStep.Attempt attempt) {
    return CredentialCheck.of(attempt)
        .compose(
            proof ->
                switch (proof) {
                  case CredentialCheck.Right right ->
                      Future.succeededFuture(
                          welcome(attempt.limitedTo(right.credential()), null, 0, right));
                  case CredentialCheck.Wrong(AuthFailure failure, boolean known) ->
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
                : bootstrap.claimed(attempt, device),
        waitMs -> lockedOut(attempt, device, waitMs));
  }

  private Future<Result> compared(SecretStep.Attempt attempt, DeviceStep.Result.Verified device) {
    return CredentialCheck.of(attempt)
        .compose(
            proof ->
                switch (proof) {
                  case CredentialCheck.Right right ->
                      admitted(attempt.limitedTo(right.credential()), device, right);
                  case CredentialCheck.Wrong wrong -> byDeviceToken(attempt, device, wrong);
                });
  }

  private Future<Result> admitted(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, CredentialCheck.Right right) {
    return requested(attempt, device, null)
        .compose(
            admission ->
                switch (admission) {
                  case Admission.Paired paired ->
                      Future.succeededFuture(
                          welcome(attempt, paired.token(), paired.generation(), right));
                  case Admission.TokenRefused(Admission.TokenRefusal why)
                      when why != Admission.TokenRefusal.TOO_LARGE ->
                      secrets.refuse(attempt, AuthFailure.UNAUTHORIZED, false);
                  default -> notPaired(admission, attempt.params());
                });
  }

  /** A limited credential is shown each time: a device token would outlive its withdrawal. */
  private static Result welcome(
      SecretStep.Attempt attempt,
      Admission.@Nullable IssuedToken token,
      long generation,
      CredentialCheck.Right right) {
    Credential credential = right.credential();
    return new Result.Admitted(
        credential == null ? token : null,
        right.method(),
        credential,
        attempt.params().scopes(),
        generation);
  }

  private Future<Result> byDeviceToken(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, CredentialCheck.Wrong wrong) {
    ConnectParams params = attempt.params();
    String deviceToken = params.ownToken();
    if (deviceToken.isEmpty() || wrong.known()) {
      return secrets.refuse(attempt, wrong.failure(), wrong.failure().isWrongSecret());
    }
    return requested(attempt, device, deviceToken)
        .compose(admission -> judge(attempt, admission, wrong.failure()));
  }

  /** With a device token, or with null because the secret was right. */
  private Future<Admission> requested(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, @Nullable String deviceToken) {
    ConnectParams params = attempt.params();
    boolean uiMaySkip =
        params.kind().isControlUi() && attempt.policy().uiAllowInsecureAuth() && params.hasSecret();
    AdmitRequest request =
        new AdmitRequest(
            device.deviceId(),
            device.publicKey(),
            params.role(),
            params.scopes(),
            facts(params, attempt.client()),
            attempt.origin(),
            deviceToken == null,
            deviceToken,
            uiMaySkip,
            BootstrapProof.NONE,
            false);
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
      case Admission.TokenRefused refused
          when refused.reason() != Admission.TokenRefusal.TOO_LARGE ->
          // Whoever asks for too many scopes did know the token.
          secrets.refuse(
              attempt,
              tokenFailure(refused, failure, params),
              refused.reason() != Admission.TokenRefusal.SCOPE_MISMATCH);
      default -> notPaired(admission, params);
    };
  }

  private static Future<Result> notPaired(Admission admission, ConnectParams params) {
    return Future.succeededFuture(new Result.Refused(PairingRefusal.of(admission, params)));
  }

  /**
   * A client whose address is locked out, by others perhaps, is let in by its device's own token
   * alone: nobody can make one up, so nobody finds one out by trying. Whatever else it shows is not
   * looked at, and whatever is wrong is not revealed.
   */
  private Future<Result> lockedOut(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, long waitMs) {
    ConnectParams params = attempt.params();
    String own = params.ownToken();
    if (own.isEmpty() || !attempt.isJudgedByOwnToken()) {
      return Future.succeededFuture(SecretStep.rateLimited(attempt, waitMs));
    }
    return pairing
        .isSigned(own, device.deviceId(), params.role())
        .compose(signed -> signed ? requested(attempt, device, own).map(Optional::of) : none())
        .map(
            admission ->
                admission.orElse(null) instanceof Admission.Paired paired
                    ? new Result.Admitted(
                        paired.token(), "device-token", null, params.scopes(), paired.generation())
                    : SecretStep.rateLimited(attempt, waitMs));
  }

  private static Future<Optional<Admission>> none() {
    return Future.succeededFuture(Optional.empty());
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

  static DeviceFacts facts(ConnectParams params, Locality locality) {
    return new DeviceFacts(
        params.clientText("displayName"),
        params.clientText("platform"),
        params.clientText("deviceFamily"),
        params.clientText("id"),
        params.clientText("mode"),
        locality.reportedIp(),
        DeclaredFacts.of(params.raw()));
  }
}
