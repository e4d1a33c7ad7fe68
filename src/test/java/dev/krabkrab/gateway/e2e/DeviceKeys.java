package dev.krabkrab.gateway.e2e;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * An Ed25519 device identity, made here and checked there. Protocol 01b §5. Signs twenty times as
 * fast as the JDK would: thousands of clients share a test's processors. {@link TestDevice} is the
 * independent one.
 */
final class DeviceKeys {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Ed25519PrivateKeyParameters key;
  private final byte[] raw;

  private DeviceKeys(Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.raw = key.generatePublicKey().getEncoded();
  }

  static DeviceKeys fresh() {
    return new DeviceKeys(new Ed25519PrivateKeyParameters(RANDOM));
  }

  String id() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(raw));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String publicKey() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }

  String sign(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(bytes, 0, bytes.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signer.generateSignature());
  }
}
