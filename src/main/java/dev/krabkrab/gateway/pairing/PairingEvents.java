package dev.krabkrab.gateway.pairing;

import dev.krabkrab.gateway.auth.Role;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.protocol.CloseReason;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import org.jspecify.annotations.Nullable;

/** Tells the cluster what became of devices: events for approvers, closed connections. */
public final class PairingEvents {
  private final Broadcaster broadcaster;

  public PairingEvents(Broadcaster broadcaster) {
    this.broadcaster = broadcaster;
  }

  /** Announces whatever an admission changed; call it before the client is answered. */
  public void admitted(String deviceId, Admission admission) {
    switch (admission) {
      case Admission.Paired paired ->
          paired.approvedSilently().forEach(id -> approvedSilently(id, deviceId, paired.atMs()));
      case Admission.Pending pending -> pending(deviceId, pending);
      case Admission.TokenRefused refused -> {}
    }
  }

  /** The same event, but nobody waits for it, and a fleet that connects brings thousands. */
  private void approvedSilently(String requestId, String deviceId, long atMs) {
    broadcaster.broadcastSoon(
        EventType.DEVICE_PAIR_RESOLVED, PairingJson.resolved(requestId, deviceId, true, atMs));
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
    String replaced = pending.replacedRequestId();
    if (replaced != null) {
      resolved(replaced, deviceId, false, pending.atMs());
    }
    if (pending.created()) {
      broadcaster.broadcast(
          EventType.DEVICE_PAIR_REQUESTED, JsonText.of(PairingJson.request(pending.request())));
    }
  }

  private void close(String deviceId, @Nullable String role, CloseReason reason, long generation) {
    broadcaster.closeDevice(deviceId, role, reason, generation);
  }
}
