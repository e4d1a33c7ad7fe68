package dev.krabkrab.gateway.access.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a connect request that its device signature covers, exactly as the client sent them.
 *
 * @param role the effective role, {@code operator} when none was sent
 * @param scopes as sent: untrimmed, in order, empty when none were sent
 * @param token the first non-empty of token, device token and bootstrap token; else empty
 */
public record SignedConnect(
    String clientId,
    String clientMode,
    String role,
    List<String> scopes,
    String token,
    @Nullable String platform,
    @Nullable String deviceFamily) {

  /** Layout 1, without a nonce. Protocol 01b §5.2. */
  String layout1(String deviceId, long signedAt) {
    return "v1|" + common(deviceId, signedAt);
  }

  /** Layout 2, bound to the nonce of the connection. Protocol 01b §5.2. */
  String layout2(String deviceId, long signedAt, String nonce) {
    return "v2|" + common(deviceId, signedAt) + '|' + nonce;
  }

  /** Layout 3, which adds platform and device family. Protocol 05 §5.1. */
  String layout3(String deviceId, long signedAt, String nonce) {
    return "v3|"
        + common(deviceId, signedAt)
        + '|'
        + nonce
        + '|'
        + plain(platform)
        + '|'
        + plain(deviceFamily);
  }

  private String common(String deviceId, long signedAt) {
    return String.join(
        "|",
        deviceId,
        clientId,
        clientMode,
        role,
        String.join(",", scopes),
        Long.toString(signedAt),
        token);
  }

  /** Trimmed and lower-cased for ASCII letters only, since clients leave other letters alone. */
  private static String plain(@Nullable String text) {
    if (text == null) {
      return "";
    }
    var plain = new StringBuilder(text.strip());
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        plain.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return plain.toString();
  }
}
