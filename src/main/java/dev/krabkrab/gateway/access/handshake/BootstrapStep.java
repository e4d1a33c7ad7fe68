package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.AuthFailure;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.access.handshake.AdmissionStep.Result;
import dev.krabkrab.gateway.access.pairing.Admission;
import dev.krabkrab.gateway.access.pairing.AdmitRequest;
import dev.krabkrab.gateway.access.pairing.ApprovedVia;
import dev.krabkrab.gateway.access.pairing.BootstrapService;
import dev.krabkrab.gateway.access.pairing.Origin;
import dev.krabkrab.gateway.access.pairing.PairingService;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A verified device that shows a one-time token is paired by it. Protocol 05 §14. */
final class BootstrapStep {
  private final PairingService pairing;
  private final BootstrapService bootstraps;
  private final SecretStep secrets;
  private final BiConsumer<String, Admission> announcer;

  BootstrapStep(
      PairingService pairing,
      BootstrapService bootstraps,
      SecretStep secrets,
      BiConsumer<String, Admission> announcer) {
    this.pairing = pairing;
    this.bootstraps = bootstraps;
    this.secrets = secrets;
    this.announcer = announcer;
  }

  /** The token becomes the device's before the device is paired by it. */
  Future<Result> claimed(SecretStep.Attempt attempt, DeviceStep.Result.Verified device) {
    ConnectParams params = attempt.params();
    return bootstraps
        .claim(params.bootstrapToken(), params.role(), device.deviceId())
        .compose(
            grant ->
                grant.isPresent() && isStanding(attempt.policy(), grant.get())
                    ? paired(attempt, device, grant.get())
                    : secrets.refuse(attempt, AuthFailure.BOOTSTRAP_TOKEN_INVALID, true));
  }

  /** Whoever made it by a named token that is gone or another now has given nothing. */
  private static boolean isStanding(HandshakePolicy policy, BootstrapService.Grant grant) {
    String credential = grant.makerCredential();
    return credential.isEmpty() || policy.standing().test(credential);
  }

  private Future<Result> paired(
      SecretStep.Attempt attempt, DeviceStep.Result.Verified device, BootstrapService.Grant grant) {
    ConnectParams params = attempt.params();
    List<String> scopes = Scopes.meet(params.scopes(), grant.scopes());
    AdmitRequest request =
        new AdmitRequest(
            device.deviceId(),
            device.publicKey(),
            params.role(),
            scopes,
            AdmissionStep.facts(params, attempt.client()),
            new Origin(ApprovedVia.BOOTSTRAP, attempt.client().subject(), null),
            true,
            null,
            false,
            grant.voucher(),
            false);
    return pairing
        .admit(request)
        .onSuccess(admission -> announcer.accept(device.deviceId(), admission))
        .compose(
            admission ->
                admission instanceof Admission.Paired in
                    ? Future.succeededFuture(
                        new Result.Admitted(
                            issued(in, grant), "bootstrap-token", null, scopes, in.generation()))
                    : secrets.refuse(attempt, AuthFailure.BOOTSTRAP_TOKEN_INVALID, true));
  }

  /** A device token for more than the one-time token grants stays untold. */
  private static Admission.@Nullable IssuedToken issued(
      Admission.Paired paired, BootstrapService.Grant grant) {
    Admission.IssuedToken token = paired.token();
    return token != null && Scopes.firstMissing(grant.scopes(), token.scopes()).isEmpty()
        ? token
        : null;
  }
}
