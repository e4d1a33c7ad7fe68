package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes audit entries of devices and their tokens; never with the token. */
final class PairingEntries {
  private PairingEntries() {}

  /** A device was let in, by somebody or, silently, by itself. */
  static AuditEvent paired(
      AuditActor by,
      String requestId,
      String deviceId,
      @Nullable PairedDevice device,
      ApprovedVia via) {
    return new AuditEvent(
        AuditAction.DEVICE_PAIRED,
        by,
        details -> {
          details
              .put("device", deviceId)
              .put("silent", via == ApprovedVia.SILENT)
              .put("via", via.wire());
          if (device != null) {
            details.set("roles", Json.texts(device.roles()));
            details.set("scopes", Json.texts(device.scopes()));
            Json.putIfPresent(details, "name", device.facts().displayName());
          }
          details.put("request", requestId);
        });
  }

  static AuditEvent rejected(AuditActor by, String requestId, String deviceId) {
    return new AuditEvent(
        AuditAction.DEVICE_REJECTED,
        by,
        details -> details.put("device", deviceId).put("request", requestId));
  }

  static AuditEvent removed(AuditActor by, String deviceId) {
    return new AuditEvent(
        AuditAction.DEVICE_REMOVED, by, details -> details.put("device", deviceId));
  }

  static AuditEvent renamed(AuditActor by, String deviceId, String label) {
    return new AuditEvent(
        AuditAction.DEVICE_RENAMED,
        by,
        details -> details.put("device", deviceId).put("label", label));
  }

  /** A one-time token was made; what its device does with it is entered as a pairing. */
  static AuditEvent bootstrap(AuditActor by, BootstrapService.Made made) {
    return new AuditEvent(
        AuditAction.BOOTSTRAP_CREATED,
        by,
        details -> {
          details.put("role", made.role().wire()).put("expiresAt", made.expiresAtMs());
          details.set("scopes", Json.texts(made.scopes()));
        });
  }

  static AuditEvent rotated(AuditActor by, String deviceId, String role, List<String> scopes) {
    return token(AuditAction.TOKEN_ROTATED, by, deviceId, role, scopes);
  }

  static AuditEvent revoked(AuditActor by, String deviceId, String role) {
    return token(AuditAction.TOKEN_REVOKED, by, deviceId, role, null);
  }

  private static AuditEvent token(
      AuditAction action,
      AuditActor by,
      String deviceId,
      String role,
      @Nullable List<String> scopes) {
    return new AuditEvent(
        action,
        by,
        details -> {
          details.put("device", deviceId).put("role", role);
          if (scopes != null) {
            details.set("scopes", Json.texts(scopes));
          }
        });
  }
}
