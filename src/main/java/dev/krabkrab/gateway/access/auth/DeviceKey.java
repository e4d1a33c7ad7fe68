package dev.krabkrab.gateway.access.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public key of a device as presented, decoded.
 *
 * <p>Accepts base64url and base64, padded or not, of the raw key, and a PEM {@code PUBLIC KEY}.
 * Protocol 01b §5.1.
 */
public final class DeviceKey {
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final int RAW_LENGTH = 32;

  private final byte[] raw;

  private DeviceKey(byte[] raw) {
    this.raw = raw;
  }

  /** Makes the tables that checks of signatures need; takes a while, so not for event loops. */
  public static void prepare() {
    Ed25519.precompute();
    new Ed25519Signer();
  }

  /** The decoded key; empty when the text is not decodable. */
  public static Optional<DeviceKey> decode(String text) {
    return text.contains("BEGIN") ? fromPem(text) : base64(text.strip()).map(DeviceKey::new);
  }

  /** Lower-case hex SHA-256 of the key bytes: the id of the device. */
  public String deviceId() {
    return HexFormat.of().formatHex(sha256(raw));
  }

  /** Base64url without padding: the stored form. */
  public String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }

  boolean hasKeyLength() {
    return raw.length == RAW_LENGTH;
  }

  byte[] raw() {
    return raw.clone();
  }

  static Optional<byte[]> base64(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') {
      end--;
    }
    String unpadded = text.substring(0, end).replace('+', '-').replace('/', '_');
    try {
      return Optional.of(Base64.getUrlDecoder().decode(unpadded));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
    }
  }

  public static byte[] sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<DeviceKey> fromPem(String pem) {
    String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return base64(body)
        .filter(der -> der.length == SPKI_PREFIX.length + RAW_LENGTH)
        .filter(der -> Arrays.equals(Arrays.copyOf(der, SPKI_PREFIX.length), SPKI_PREFIX))
        .map(der -> new DeviceKey(Arrays.copyOfRange(der, SPKI_PREFIX.length, der.length)));
  }
}
