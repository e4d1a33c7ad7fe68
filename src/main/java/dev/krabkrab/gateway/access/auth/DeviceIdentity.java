package dev.krabkrab.gateway.access.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.jspecify.annotations.Nullable;

/**
 * The {@code device} object of a connect request and the check that its sender owns the key.
 *
 * @param signedAt milliseconds since 1970 by the client's clock
 * @param nonce as sent, untrimmed; null when absent
 */
public record DeviceIdentity(
    String id, String publicKey, String signature, long signedAt, @Nullable String nonce) {

  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration WINDOW_4 = Duration.ofMinutes(2);
  private static final int SIGNATURE_LENGTH = 64;

  /**
   * What the gateway knows when it checks.
   *
   * @param nonce the challenge of this connection
   * @param nonceOptional whether layout 1 is allowed: a local client of protocol 3 only
   * @param window greatest distance of {@code signedAt} from now
   */
  public record Terms(String nonce, boolean nonceOptional, Duration window, Instant now) {}

  /** The clock window of a protocol version. Protocol 01b §5.3, 05 §5.1. */
  public static Duration window(int protocol) {
    return protocol >= 4 ? WINDOW_4 : WINDOW;
  }

  /** Checks id, age, nonce and signature, cheapest first. Protocol 01b §2.6 steps 7 to 12. */
  public DeviceVerdict verify(SignedConnect signed, Terms terms) {
    DeviceKey key = DeviceKey.decode(publicKey).orElse(null);
    if (key == null || !key.deviceId().equals(id)) {
      return refused(DeviceRefusal.DEVICE_ID_MISMATCH);
    }
    if (isOutside(terms)) {
      return refused(DeviceRefusal.SIGNATURE_EXPIRED);
    }
    String given = nonce == null ? "" : nonce.strip();
    if (given.isEmpty() && !terms.nonceOptional()) {
      return refused(DeviceRefusal.NONCE_REQUIRED);
    }
    if (!given.isEmpty() && !given.equals(terms.nonce())) {
      return refused(DeviceRefusal.NONCE_MISMATCH);
    }
    int layout = matchingLayout(key, signed, given);
    return layout == 0
        ? refused(DeviceRefusal.SIGNATURE_INVALID)
        : new DeviceVerdict.Verified(id, key.text(), layout);
  }

  private boolean isOutside(Terms terms) {
    long now = terms.now().toEpochMilli();
    long window = terms.window().toMillis();
    return signedAt < now - window || signedAt > now + window;
  }

  private int matchingLayout(DeviceKey key, SignedConnect signed, String given) {
    byte[] bytes = DeviceKey.base64(signature.strip()).orElse(null);
    if (bytes == null || bytes.length != SIGNATURE_LENGTH || !key.hasKeyLength()) {
      return 0;
    }
    if (given.isEmpty()) {
      return isSigned(key, signed.layout1(id, signedAt), bytes) ? 1 : 0;
    }
    if (isSigned(key, signed.layout2(id, signedAt, given), bytes)) {
      return 2;
    }
    return isSigned(key, signed.layout3(id, signedAt, given), bytes) ? 3 : 0;
  }

  private static boolean isSigned(DeviceKey key, String text, byte[] signature) {
    Ed25519PublicKeyParameters point;
    try {
      point = new Ed25519PublicKeyParameters(key.raw(), 0);
    } catch (IllegalArgumentException notOnTheCurve) {
      return false;
    }
    var signer = new Ed25519Signer();
    signer.init(false, point);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    signer.update(bytes, 0, bytes.length);
    return signer.verifySignature(signature);
  }

  private static DeviceVerdict refused(DeviceRefusal reason) {
    return new DeviceVerdict.Refused(reason);
  }
}
