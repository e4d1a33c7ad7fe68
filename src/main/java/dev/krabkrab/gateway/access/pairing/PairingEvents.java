package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import org.jspecify.annotations.Nullable;

/** Tells the cluster what became of devices: events for approvers, closed connections. */
public final class PairingEvents {
  /**
   * When more requests than this wait, somebody floods: an approver who is slow does without the
   * notices of them and finds them in the list, rather than being closed.
   */
  private static final int MANY = 32;

  private final Broadcaster broadcaster;
  private final PairingJson shown;

  /**
   * @param shown how records are shown
   */
  public PairingEvents(Broadcaster broadcaster, PairingJson shown) {
    this.broadcaster = broadcaster;
    this.shown = shown;
  }

  /** Announces whatever an admission changed; call it before the client is answered. */
  public void admitted(String deviceId, Admission admission) {
    switch (admission) {
      case Admission.Paired paired ->
          paired.approvedUnasked().forEach(id -> approvedUnasked(id, deviceId, paired));
      case Admission.Pending pending -> pending(deviceId, pending);
      case Admission.Crowded crowded ->
          replaced(crowded.replacedRequestId(), deviceId, crowded.atMs());
      case Admission.TokenRefused refused -> {}
    }
  }

  /** The same event, but nobody waits for it, and a fleet that connects brings thousands. */
  private void approvedUnasked(String requestId, String deviceId, Admission.Paired paired) {
    JsonText plain = PairingJson.resolved(requestId, deviceId, true, paired.atMs());
    PairedDevice device = paired.device();
    ApprovedVia via = paired.via();
    broadcaster.broadcastSoon(
        EventType.DEVICE_PAIR_RESOLVED,
        plain,
        device == null || via == null
            ? plain
            : PairingJson.approvedSilently(requestId, device, via, paired.atMs()));
  }

  /** {@code device.pair.resolved}. */
  void resolved(String requestId, String deviceId, boolean approved, long atMs) {
    broadcaster.broadcast(
        EventType.DEVICE_PAIR_RESOLVED, PairingJson.resolved(requestId, deviceId, approved, atMs));
  }

  /** Closes a device's connections in one role, let in before it lost a right, everywhere. */
  void tokenRevoked(String deviceId, String role, long generation) {
    close(deviceId, role, CloseReason.DEVICE_TOKEN_REVOKED, generation);
  }

  /** Closes all connections of a removed device, everywhere, and drops what it was asking for. */
  void removed(PairingService.Removal removal) {
    String requestId = removal.requestId();
    if (requestId != null) {
      resolved(requestId, removal.deviceId(), false, removal.atMs());
    }
    close(removal.deviceId(), null, CloseReason.DEVICE_REMOVED, removal.generation());
  }

  /** Closes the node connections of a device that stays paired for another role, everywhere. */
  void nodeRemoved(String deviceId, long generation) {
    close(deviceId, Role.NODE.wire(), CloseReason.DEVICE_REMOVED, generation);
  }

  /** {@code device.pair.changed}: something about paired devices is to be read again. */
  void changed() {
    broadcaster.broadcast(EventType.DEVICE_PAIR_CHANGED, JsonText.of(Json.object()));
  }

  private void pending(String deviceId, Admission.Pending pending) {
    replaced(pending.replacedRequestId(), deviceId, pending.atMs());
    Admission.Displaced gone = pending.displaced();
    if (gone != null) {
      replaced(gone.requestId(), gone.deviceId(), pending.atMs());
    }
    if (pending.created()) {
      JsonText plain = JsonText.of(PairingJson.plainRequest(pending.request()));
      JsonText full = JsonText.of(shown.request(pending.request()));
      if (pending.waiting() > MANY) {
        broadcaster.broadcastInPassing(EventType.DEVICE_PAIR_REQUESTED, plain, full);
      } else {
        broadcaster.broadcast(EventType.DEVICE_PAIR_REQUESTED, plain, full);
      }
    }
  }

  private void replaced(@Nullable String requestId, String deviceId, long atMs) {
    if (requestId != null) {
      broadcaster.broadcastInPassing(
          EventType.DEVICE_PAIR_RESOLVED,
          PairingJson.resolved(requestId, deviceId, false, atMs),
          null);
    }
  }

  private void close(String deviceId, @Nullable String role, CloseReason reason, long generation) {
    broadcaster.closeDevice(deviceId, role, reason, generation);
  }
}
