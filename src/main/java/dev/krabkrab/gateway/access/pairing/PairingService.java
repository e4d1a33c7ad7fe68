package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Device pairing and device tokens: every decision is one step in Redis, so any instance may take
 * it. Fails closed: without Redis nobody is admitted and nothing changes; the future then fails.
 * For one event loop. Protocol 01c.
 */
public final class PairingService {
  /** How long a request waits to be approved. */
  public static final Duration REQUEST_TTL = Duration.ofMinutes(5);

  /** Bytes of what a device that waits for an approval may say of itself and ask for. */
  public static final int MOST_REQUEST_BYTES = DeviceAdmission.MOST_BYTES;

  private final DeviceStore store;
  private final PairedStore reads;
  private final TokenKeys keys;
  private final DeviceAdmission admitter;
  private final WaitingStore waiting;
  private final Ids ids;

  public PairingService(RedisLink redis, TokenKeys keys, AuditTrail audit, Ids ids) {
    this(redis, keys, audit, ids, REQUEST_TTL);
  }

  /** The same with another life of requests. */
  PairingService(RedisLink redis, TokenKeys keys, AuditTrail audit, Ids ids, Duration requestTtl) {
    this.store = new DeviceStore(redis);
    this.reads = new PairedStore(redis);
    this.keys = keys;
    this.ids = ids;
    this.waiting = new WaitingStore(redis, requestTtl.toMillis());
    this.admitter = new DeviceAdmission(store, waiting, keys, audit, ids, requestTtl.toMillis());
  }

  /**
   * All devices and requests.
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
    return admitter.admit(request);
  }

  /** Every pending request and every paired device. */
  public Future<Listing> list() {
    return reads
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
    return reads.find(deviceId);
  }

  /**
   * Whether a device that {@link #find} does not find was removed in the last week; otherwise Redis
   * has lost it.
   */
  public Future<Boolean> wasRemoved(String deviceId) {
    return reads.wasRemoved(deviceId);
  }

  /** Approves a request whose scopes the approver holds. Protocol 01c §6.4. */
  public Future<ManagementResult<Resolution>> approve(String requestId, Approver approver) {
    return approve(requestId, approver, null);
  }

  /**
   * The same with fewer scopes than were asked for.
   *
   * @param scopes the device gets those of them that it asked for; null for all it asked for
   */
  public Future<ManagementResult<Resolution>> approve(
      String requestId, Approver approver, @Nullable List<String> scopes) {
    List<String> given = scopes == null ? null : Scopes.sorted(scopes);
    return fresh("")
        .compose(fresh -> store.approve(requestId, approver, given, fresh))
        .onSuccess(outcome -> over(outcome, requestId))
        .map(outcome -> outcome.map(settled -> resolution(requestId, settled)));
  }

  /** Rejects a request. Protocol 01c §6.4. */
  public Future<ManagementResult<Resolution>> reject(String requestId) {
    return store
        .reject(requestId)
        .onSuccess(outcome -> over(outcome, requestId))
        .map(outcome -> outcome.map(settled -> resolution(requestId, settled)));
  }

  /**
   * Replaces the token of an approved role. Protocol 01c §7.4.
   *
   * @param scopes new scopes, or null to keep those of the old token
   */
  public Future<ManagementResult<Rotation>> rotate(
      String deviceId, String role, @Nullable List<String> scopes, Approver approver) {
    List<String> given = scopes == null ? null : Scopes.sorted(scopes);
    return fresh(deviceId)
        .compose(fresh -> store.rotate(deviceId, role, given, approver, fresh))
        .compose(outcome -> rotation(role, outcome));
  }

  /** Kills the token of a role and withdraws the role's approval. */
  public Future<ManagementResult<Revocation>> revoke(
      String deviceId, String role, Approver approver) {
    return store.revoke(deviceId, role, approver);
  }

  /** Forgets a device, by the caller's {@link RemovalRights}. */
  Future<ManagementResult<Removal>> remove(String deviceId, Caller caller) {
    return new RemovalRights(reads).of(caller).compose(approver -> remove(deviceId, approver));
  }

  /** Forgets a device. */
  public Future<ManagementResult<Removal>> remove(String deviceId, Approver approver) {
    return store
        .remove(deviceId, approver)
        .onSuccess(
            outcome -> {
              if (outcome
                      instanceof
                      ManagementResult.Done<DeviceStore.Removed>(DeviceStore.Removed gone)
                  && gone.requestId() != null) {
                waiting.over(gone.requestId());
              }
            })
        .map(
            outcome ->
                outcome.map(
                    gone ->
                        new Removal(deviceId, gone.requestId(), gone.atMs(), gone.generation())));
  }

  /**
   * Whether a text is a device token that a key of this gateway signed for this device and role. It
   * may be one that is replaced or revoked; nobody can make one up.
   */
  public Future<Boolean> isSigned(String token, String deviceId, Role role) {
    return admitter.jti(token, deviceId, role).map(jti -> !jti.isEmpty());
  }

  /** Labels a paired device; false when there is none. */
  public Future<Boolean> rename(String deviceId, String label) {
    return store.rename(deviceId, label);
  }

  private Future<DeviceStore.Fresh> fresh(String deviceId) {
    return keys.currentKid().map(kid -> DeviceStore.Fresh.of(deviceId, kid, ids));
  }

  private Future<ManagementResult<Rotation>> rotation(
      String role, ManagementResult<DeviceStore.Rotated> outcome) {
    return switch (outcome) {
      case ManagementResult.Done<DeviceStore.Rotated>(DeviceStore.Rotated done) -> {
        DeviceToken token = Objects.requireNonNull(done.device().token(role));
        yield keys.issue(token.claims(done.device().deviceId()))
            .map(
                text ->
                    new ManagementResult.Done<>(
                        new Rotation(token, text, done.narrowed(), done.device().generation())));
      }
      case ManagementResult.Unknown<DeviceStore.Rotated>() ->
          Future.succeededFuture(new ManagementResult.Unknown<>());
      case ManagementResult.Missing<DeviceStore.Rotated>(String scope) ->
          Future.succeededFuture(new ManagementResult.Missing<>(scope));
      case ManagementResult.Revoked<DeviceStore.Rotated>() ->
          Future.succeededFuture(new ManagementResult.Revoked<>());
    };
  }

  private void over(ManagementResult<DeviceStore.Settled> outcome, String requestId) {
    if (outcome instanceof ManagementResult.Done<DeviceStore.Settled>) {
      waiting.over(requestId);
    }
  }

  private static Resolution resolution(String requestId, DeviceStore.Settled settled) {
    return new Resolution(requestId, settled.deviceId(), settled.device(), settled.atMs());
  }
}
