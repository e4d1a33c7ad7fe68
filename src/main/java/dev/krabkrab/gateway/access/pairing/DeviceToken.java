package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.DeviceTokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token record of one device and role. The text of the token is computed from it and stored
 * nowhere. Times are milliseconds since 1970 by the clock of Redis. Protocol 01c §7.1.
 *
 * @param jti id of the token that is valid now
 * @param kid the key that signs it
 * @param revokedAtMs when set, the token is dead and the role needs a new approval
 */
public record DeviceToken(
    String role,
    List<String> scopes,
    String jti,
    String kid,
    long createdAtMs,
    @Nullable Long rotatedAtMs,
    @Nullable Long revokedAtMs,
    @Nullable Long lastUsedAtMs) {

  /** {@code issuedAtMs} of hello-ok: the last rotation, else the creation. */
  public long issuedAtMs() {
    return rotatedAtMs == null ? createdAtMs : rotatedAtMs;
  }

  /** Whether it would be accepted. */
  public boolean isLive() {
    return revokedAtMs == null;
  }

  DeviceTokens.Claims claims(String deviceId) {
    return new DeviceTokens.Claims(kid, deviceId, role, scopes, jti, issuedAtMs());
  }
}
