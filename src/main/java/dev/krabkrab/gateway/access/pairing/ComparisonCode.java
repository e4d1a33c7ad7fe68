package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.DeviceKey;

/**
 * Six digits that a device which waits and whoever approves it can compare: they name its key and
 * its request. The first 20 bits of SHA-256 of {@code <public key>|<request id>}, the key in its
 * stored form (base64url without padding), as a number modulo 1 000 000.
 */
public final class ComparisonCode {
  private static final int DIGITS = 1_000_000;

  private ComparisonCode() {}

  /** The code, with leading zeros. */
  public static String of(String publicKey, String requestId) {
    byte[] hash = DeviceKey.sha256(publicKey + "|" + requestId);
    int bits = (hash[0] & 0xff) << 12 | (hash[1] & 0xff) << 4 | (hash[2] & 0xff) >> 4;
    return "%06d".formatted(bits % DIGITS);
  }
}
