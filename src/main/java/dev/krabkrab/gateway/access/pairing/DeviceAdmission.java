package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.DeviceTokens;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets devices in that may, and has the others wait. Protocol 01b §2.6, steps 13 to 15. */
final class DeviceAdmission {
  /**
   * Bytes of what a device says of itself and asks for, as it is shown to those who approve: all
   * requests that may wait fit into one answer.
   */
  static final int MOST_BYTES = 5_120;

  private static final String NO_TOKEN = "";

  private final DeviceStore store;
  private final WaitingStore waiting;
  private final TokenKeys keys;
  private final AuditTrail audit;
  private final Ids ids;
  private final long requestTtlMs;

  DeviceAdmission(
      DeviceStore store,
      WaitingStore waiting,
      TokenKeys keys,
      AuditTrail audit,
      Ids ids,
      long requestTtlMs) {
    this.store = store;
    this.waiting = waiting;
    this.keys = keys;
    this.audit = audit;
    this.ids = ids;
    this.requestTtlMs = requestTtlMs;
  }

  Future<Admission> admit(AdmitRequest full) {
    boolean fits = bytes(full) <= MOST_BYTES;
    AdmitRequest request = fits ? full : full.withoutDeclared();
    return presentedJti(request)
        .compose(
            jti ->
                keys.currentKid()
                    .compose(
                        kid ->
                            store.admit(
                                request,
                                jti,
                                DeviceStore.Fresh.of(request.deviceId(), kid, ids),
                                fits ? requestTtlMs : 0,
                                audit.isWritable())))
        .onFailure(cause -> mayBeIn(request, cause))
        .compose(verdict -> admission(request, verdict));
  }

  /** Next time it would be let in as one that is paired, and nobody would have said by whom. */
  private void mayBeIn(AdmitRequest request, Throwable cause) {
    if (request.origin().approvedVia() != null
        && cause instanceof RedisUnavailableException away
        && away.mayHaveBeenDone()) {
      String device = request.deviceId();
      audit.note(AuditEvent.unknown(AuditAction.DEVICE_PAIRED, actor(request), "device", device));
    }
  }

  /** The id of a token that is genuine and made for this device and role; else empty. */
  Future<String> jti(String text, String deviceId, Role role) {
    return keys.parse(text)
        .map(
            claims ->
                claims
                    .filter(c -> c.device().equals(deviceId))
                    .filter(c -> c.role().equals(role.wire()))
                    .map(DeviceTokens.Claims::jti)
                    .orElse(NO_TOKEN));
  }

  private Future<String> presentedJti(AdmitRequest request) {
    String text = request.deviceToken();
    return request.sharedSecretOk() || text == null || text.isEmpty()
        ? Future.succeededFuture(NO_TOKEN)
        : jti(text, request.deviceId(), request.role());
  }

  private static int bytes(AdmitRequest request) {
    int bytes = 0;
    for (String text : request.facts().pairs()) {
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes + String.join(",", request.scopes()).length();
  }

  private Future<Admission> admission(AdmitRequest request, DeviceStore.Verdict verdict) {
    return switch (verdict) {
      case DeviceStore.Verdict.Waiting(Admission.Pending pending) ->
          pending.created() ? placed(request, pending) : Future.succeededFuture(pending);
      case DeviceStore.Verdict.Later later -> Future.failedFuture(AuditTrail.unwritable());
      case DeviceStore.Verdict.Refused refused ->
          Future.succeededFuture(new Admission.TokenRefused(refused.reason()));
      case DeviceStore.Verdict.In in -> {
        String approved = in.approved();
        List<String> announced = approved == null ? List.of() : List.of(approved);
        yield entered(request, in)
            .compose(entered -> issued(in.device(), request.role()))
            .map(
                token ->
                    new Admission.Paired(
                        in.device(), token, announced, request.origin().approvedVia(), in.atMs()));
      }
    };
  }

  /** A new request has to find a place; without one it is as if it had not been made. */
  private Future<Admission> placed(AdmitRequest request, Admission.Pending pending) {
    String requestId = pending.request().requestId();
    return waiting
        .enter(requestId, pending.replacedRequestId(), request.origin().address())
        .compose(
            place -> {
              if (!place.isTaken()) {
                return store
                    .reject(requestId)
                    .map(
                        new Admission.Crowded(
                            pending.replacedRequestId(), place.most(), pending.atMs()));
              }
              String displaced = place.displaced();
              return displaced == null
                  ? Future.succeededFuture(pending.placed(null, place.waiting()))
                  : store
                      .reject(displaced)
                      .map(outcome -> pending.placed(gone(displaced, outcome), place.waiting()));
            });
  }

  private static Admission.@Nullable Displaced gone(
      String requestId, ManagementResult<DeviceStore.Settled> outcome) {
    return outcome
            instanceof ManagementResult.Done<DeviceStore.Settled>(DeviceStore.Settled settled)
        ? new Admission.Displaced(requestId, settled.deviceId())
        : null;
  }

  /** A pairing that came of a mere connect has nobody else to answer for it. */
  private Future<Void> entered(AdmitRequest request, DeviceStore.Verdict.In in) {
    String approved = in.approved();
    ApprovedVia via = request.origin().approvedVia();
    return approved == null || via == null
        ? Future.succeededFuture()
        : audit.enter(
            PairingEntries.paired(actor(request), approved, request.deviceId(), in.device(), via));
  }

  private static AuditActor actor(AdmitRequest request) {
    DeviceFacts facts = request.facts();
    boolean fromHere = request.origin().approvedVia() == ApprovedVia.SILENT;
    String address = facts.remoteIp() == null && fromHere ? "local" : facts.remoteIp();
    return new AuditActor(
        request.deviceId(),
        request.origin().user(),
        address,
        request.role().wire(),
        facts.clientId());
  }

  private Future<Admission.@Nullable IssuedToken> issued(@Nullable PairedDevice device, Role role) {
    DeviceToken token = device == null ? null : device.token(role.wire());
    if (device == null || token == null) {
      return Future.succeededFuture(null);
    }
    return keys.issue(token.claims(device.deviceId()))
        .map(
            text ->
                new Admission.IssuedToken(text, token.role(), token.scopes(), token.issuedAtMs()));
  }
}
