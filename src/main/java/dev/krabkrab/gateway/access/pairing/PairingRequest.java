package dev.krabkrab.gateway.access.pairing;

import java.util.List;
import java.util.Map;

/**
 * A device waiting to be approved. Never changes under its id; lives 300 s. Protocol 01c §6.1.
 *
 * @param role the one requested last
 * @param roles all that are requested
 * @param silent always false when stored: silent approvals leave no request behind
 * @param isRepair the device is, or was, paired already
 * @param ts creation, milliseconds since 1970
 */
public record PairingRequest(
    String requestId,
    String deviceId,
    String publicKey,
    DeviceFacts facts,
    String role,
    List<String> roles,
    List<String> scopes,
    boolean silent,
    boolean isRepair,
    long ts) {

  static PairingRequest of(Map<String, String> fields) {
    return new PairingRequest(
        fields.getOrDefault("requestId", ""),
        fields.getOrDefault("deviceId", ""),
        fields.getOrDefault("publicKey", ""),
        DeviceFacts.of(fields),
        fields.getOrDefault("role", ""),
        PairedDevice.list(fields.get("roles")),
        PairedDevice.list(fields.get("scopes")),
        "1".equals(fields.get("silent")),
        "1".equals(fields.get("isRepair")),
        Long.parseLong(fields.getOrDefault("ts", "0")));
  }
}
