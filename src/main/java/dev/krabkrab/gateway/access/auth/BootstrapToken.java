package dev.krabkrab.gateway.access.auth;

import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The text of a one-time token that lets one new device in without anybody's approval. Known by its
 * prefix, so that it can be told from other secrets; stored as a hash only.
 */
public final class BootstrapToken {
  /** What each of them begins with. */
  public static final String PREFIX = "kkb_";

  private static final int RANDOM_BYTES = 32;

  private BootstrapToken() {}

  /** A new one; the source must be cryptographically strong. */
  public static String fresh(RandomGenerator random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether the text is meant to be one. */
  public static boolean isOne(String text) {
    return text.startsWith(PREFIX);
  }

  /** Under which name it is stored: SHA-256 of the text, lower-case hex. */
  public static String hash(String text) {
    return HexFormat.of().formatHex(DeviceKey.sha256(text));
  }
}
