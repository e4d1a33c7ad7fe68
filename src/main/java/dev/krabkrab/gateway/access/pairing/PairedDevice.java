package dev.krabkrab.gateway.access.pairing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A device that was approved. Protocol 01c §6.1.
 *
 * @param publicKey base64url without padding
 * @param label what people call it, or null
 * @param role the last one used
 * @param roles all approved ones; a role whose token is revoked stays listed
 * @param scopes those in force in any of its roles; what it may in one of them its token says
 * @param tokens by role
 * @param createdAtMs first approval, milliseconds since 1970
 * @param approval the last one
 * @param lastSeenAtMs when it was let in last; 0 when that was before it was kept
 * @param generation grows whenever the device loses a right; what was let in under an older one has
 *     to go
 */
public record PairedDevice(
    String deviceId,
    String publicKey,
    DeviceFacts facts,
    @Nullable String label,
    String role,
    List<String> roles,
    List<String> scopes,
    SortedMap<String, DeviceToken> tokens,
    long createdAtMs,
    Approval approval,
    long lastSeenAtMs,
    long generation) {

  private static final String TOKEN = "token:";

  /** The token record of a role; null when there never was one. */
  public @Nullable DeviceToken token(String role) {
    return tokens.get(role);
  }

  static PairedDevice of(String deviceId, Map<String, String> fields) {
    List<String> roles = list(fields.get("roles"));
    SortedMap<String, DeviceToken> tokens = tokens(fields);
    return new PairedDevice(
        deviceId,
        fields.getOrDefault("publicKey", ""),
        DeviceFacts.of(fields),
        fields.get("label"),
        fields.getOrDefault("role", ""),
        roles,
        inForce(roles, tokens),
        tokens,
        Long.parseLong(fields.getOrDefault("createdAtMs", "0")),
        Approval.of(fields),
        Long.parseLong(fields.getOrDefault("lastSeenAtMs", "0")),
        Long.parseLong(fields.getOrDefault("generation", "0")));
  }

  /** When it was approved last, milliseconds since 1970. */
  public long approvedAtMs() {
    return approval.atMs();
  }

  /** The scopes in force in one role; empty when it has none, or the role is not approved. */
  public List<String> scopesAs(String role) {
    DeviceToken token = tokens.get(role);
    return token == null || !token.isLive() || !roles.contains(role) ? List.of() : token.scopes();
  }

  private static List<String> inForce(List<String> roles, Map<String, DeviceToken> tokens) {
    return roles.stream()
        .map(tokens::get)
        .filter(token -> token != null && token.isLive())
        .flatMap(token -> token.scopes().stream())
        .distinct()
        .toList();
  }

  static List<String> list(@Nullable String joined) {
    return joined == null || joined.isEmpty() ? List.of() : List.of(joined.split(",", -1));
  }

  private static SortedMap<String, DeviceToken> tokens(Map<String, String> fields) {
    var byRole = new HashMap<String, Map<String, String>>();
    fields.forEach(
        (name, value) -> {
          int end = name.lastIndexOf(':');
          if (name.startsWith(TOKEN) && end > TOKEN.length()) {
            byRole
                .computeIfAbsent(name.substring(TOKEN.length(), end), role -> new HashMap<>())
                .put(name.substring(end + 1), value);
          }
        });
    var tokens = new TreeMap<String, DeviceToken>();
    byRole.forEach((role, token) -> tokens.put(role, token(role, token)));
    return tokens;
  }

  private static DeviceToken token(String role, Map<String, String> fields) {
    return new DeviceToken(
        role,
        list(fields.get("scopes")),
        fields.getOrDefault("jti", ""),
        fields.getOrDefault("kid", ""),
        Long.parseLong(fields.getOrDefault("created", "0")),
        time(fields.get("rotated")),
        time(fields.get("revoked")),
        time(fields.get("used")));
  }

  private static @Nullable Long time(@Nullable String text) {
    return text == null ? null : Long.valueOf(text);
  }
}
