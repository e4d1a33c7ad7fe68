package dev.krabkrab.gateway.pairing;

import dev.krabkrab.gateway.audit.AuditActor;
import dev.krabkrab.gateway.audit.AuditTrail;
import dev.krabkrab.gateway.auth.DeviceTokens;
import dev.krabkrab.gateway.auth.Role;
import dev.krabkrab.gateway.auth.Scopes;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Device pairing and device tokens: every decision is one step in Redis, so any instance may take
 * it. Fails closed: without Redis nobody is admitted and nothing changes; the future then fails.
 * For one event loop. Protocol 01c.
 */
public final class PairingService {
  /** How long a request waits to be approved. */
  public static final Duration REQUEST_TTL = Duration.ofMinutes(5);

  private static final String NO_TOKEN = "";

  private final DeviceStore store;
  private final TokenKeys keys;
  private final AuditTrail audit;
  private final Ids ids;
  private final long requestTtlMs;

  public PairingService(RedisLink redis, TokenKeys keys, AuditTrail audit, Ids ids) {
    this(redis, keys, audit, ids, REQUEST_TTL);
  }

  /** The same with another life of requests. */
  PairingService(RedisLink redis, TokenKeys keys, AuditTrail audit, Ids ids, Duration requestTtl) {
    this.store = new DeviceStore(redis);
    this.keys = keys;
    this.audit = audit;
    this.ids = ids;
    this.requestTtlMs = requestTtl.toMillis();
  }

  /**
   * What is known.
   *
   * @param pending newest first
   * @param paired last approved first
   */
  public record Listing(List<PairingRequest> pending, List<PairedDevice> paired) {}

  /**
   * A decided request.
   *
   * @param device the paired device after an approval, null after a rejection
   */
  public record Resolution(
      String requestId, String deviceId, @Nullable PairedDevice device, long atMs) {}

  /**
   * A rotated token.
   *
   * @param narrowed the role lost scopes, so its connections are to be closed
   * @param generation those let in under an older one, that is
   */
  public record Rotation(DeviceToken token, String text, boolean narrowed, long generation) {
    @Override
    public String toString() {
      return "Rotation[" + token.role() + "]";
    }
  }

  /**
   * A removed device.
   *
   * @param requestId the request it had pending, to be announced as rejected; null without one
   * @param generation what was let in under an older one has to go
   */
  public record Removal(String deviceId, @Nullable String requestId, long atMs, long generation) {}

  /** Steps 13 (device token) to 15 of the handshake. Protocol 01b §2.6. */
  public Future<Admission> admit(AdmitRequest request) {
    return presentedJti(request)
        .compose(
            jti ->
                fresh(request.deviceId())
                    .compose(fresh -> store.admit(request, jti, fresh, requestTtlMs)))
        .compose(verdict -> admission(request, verdict));
  }

  /** Every pending request and every paired device. */
  public Future<Listing> list() {
    return store
        .list()
        .map(
            all ->
                new Listing(
                    all.requests().stream()
                        .sorted(Comparator.comparingLong(PairingRequest::ts).reversed())
                        .toList(),
                    all.devices().stream()
                        .sorted(Comparator.comparingLong(PairedDevice::approvedAtMs).reversed())
                        .toList()));
  }

  /** One paired device. */
  public Future<Optional<PairedDevice>> find(String deviceId) {
    return store.find(deviceId);
  }

  /**
   * Whether a device that {@link #find} does not find was removed in the last week; otherwise Redis
   * has lost it.
   */
  public Future<Boolean> wasRemoved(String deviceId) {
    return store.wasRemoved(deviceId);
  }

  /** Approves a request whose scopes the approver holds. Protocol 01c §6.4. */
  public Future<Managed<Resolution>> approve(String requestId, Approver approver) {
    return fresh("")
        .compose(fresh -> store.approve(requestId, approver, fresh))
        .map(outcome -> outcome.map(settled -> resolution(requestId, settled)));
  }

  /** Rejects a request. Protocol 01c §6.4. */
  public Future<Managed<Resolution>> reject(String requestId) {
    return store
        .reject(requestId)
        .map(outcome -> outcome.map(settled -> resolution(requestId, settled)));
  }

  /**
   * Replaces the token of an approved role. Protocol 01c §7.4.
   *
   * @param scopes new scopes, or null to keep those of the old token
   */
  public Future<Managed<Rotation>> rotate(
      String deviceId, String role, @Nullable List<String> scopes, Approver approver) {
    List<String> given = scopes == null ? null : Scopes.sorted(scopes);
    return fresh(deviceId)
        .compose(fresh -> store.rotate(deviceId, role, given, approver, fresh))
        .compose(outcome -> rotation(role, outcome));
  }

  /** Kills the token of a role and withdraws the role's approval. */
  public Future<Managed<Revocation>> revoke(String deviceId, String role, Approver approver) {
    return store.revoke(deviceId, role, approver);
  }

  /** Forgets a device. */
  public Future<Managed<Removal>> remove(String deviceId, Approver approver) {
    return store
        .remove(deviceId, approver)
        .map(
            outcome ->
                outcome.map(
                    gone ->
                        new Removal(deviceId, gone.requestId(), gone.atMs(), gone.generation())));
  }

  /** Labels a paired device; false when there is none. */
  public Future<Boolean> rename(String deviceId, String label) {
    return store.rename(deviceId, label);
  }

  /** The id of a presented token that is genuine and made for this device and role. */
  private Future<String> presentedJti(AdmitRequest request) {
    String text = request.deviceToken();
    if (request.sharedSecretOk() || text == null || text.isEmpty()) {
      return Future.succeededFuture(NO_TOKEN);
    }
    return keys.parse(text)
        .map(
            claims ->
                claims
                    .filter(c -> c.device().equals(request.deviceId()))
                    .filter(c -> c.role().equals(request.role().wire()))
                    .map(DeviceTokens.Claims::jti)
                    .orElse(NO_TOKEN));
  }

  private Future<DeviceStore.Fresh> fresh(String deviceId) {
    return keys.currentKid()
        .map(
            kid ->
                new DeviceStore.Fresh(
                    Buckets.requestId(Buckets.device(deviceId), UUID.fromString(ids.uuid())),
                    ids.uuid(),
                    kid));
  }

  private Future<Admission> admission(AdmitRequest request, DeviceStore.Verdict verdict) {
    return switch (verdict) {
      case DeviceStore.Verdict.Waiting waiting -> Future.succeededFuture(waiting.pending());
      case DeviceStore.Verdict.Refused refused ->
          Future.succeededFuture(new Admission.TokenRefused(refused.reason()));
      case DeviceStore.Verdict.In in -> {
        String approved = in.approved();
        List<String> announced = approved == null ? List.of() : List.of(approved);
        yield entered(request, in)
            .compose(entered -> issued(in.device(), request.role()))
            .map(token -> new Admission.Paired(in.device(), token, announced, in.atMs()));
      }
    };
  }

  /** A pairing or a token that came of a mere connect has nobody else to answer for it. */
  private Future<Void> entered(AdmitRequest request, DeviceStore.Verdict.In in) {
    PairedDevice device = in.device();
    String approved = in.approved();
    DeviceToken token = device == null ? null : device.token(request.role().wire());
    if (approved != null) {
      return audit.enter(
          PairingEntries.paired(actor(request), approved, request.deviceId(), device, true));
    }
    return token == null || token.issuedAtMs() != in.atMs()
        ? Future.succeededFuture()
        : audit.enter(
            PairingEntries.issued(
                actor(request), request.deviceId(), token.role(), token.scopes()));
  }

  private static boolean isFromHere(AdmitRequest request) {
    return request.maySilently() && request.voucher().equals(Voucher.NONE);
  }

  private static AuditActor actor(AdmitRequest request) {
    DeviceFacts facts = request.facts();
    String address = facts.remoteIp() == null && isFromHere(request) ? "local" : facts.remoteIp();
    return new AuditActor(
        request.deviceId(), request.user(), address, request.role().wire(), facts.clientId());
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

  private Future<Managed<Rotation>> rotation(String role, Managed<DeviceStore.Rotated> outcome) {
    return switch (outcome) {
      case Managed.Done<DeviceStore.Rotated>(DeviceStore.Rotated done) -> {
        DeviceToken token = Objects.requireNonNull(done.device().token(role));
        yield keys.issue(token.claims(done.device().deviceId()))
            .map(
                text ->
                    new Managed.Done<>(
                        new Rotation(token, text, done.narrowed(), done.device().generation())));
      }
      case Managed.Unknown<DeviceStore.Rotated>() ->
          Future.succeededFuture(new Managed.Unknown<>());
      case Managed.Missing<DeviceStore.Rotated>(String scope) ->
          Future.succeededFuture(new Managed.Missing<>(scope));
    };
  }

  private static Resolution resolution(String requestId, DeviceStore.Settled settled) {
    return new Resolution(requestId, settled.deviceId(), settled.device(), settled.atMs());
  }
}
