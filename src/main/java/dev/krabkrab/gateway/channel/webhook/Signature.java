package dev.krabkrab.gateway.channel.webhook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code t=<epoch seconds>,v1=<hex>}: HMAC-SHA256 with the shared secret over the seconds, a dot
 * and the body; with {@code v2} the account and another dot stand before the body, so that it holds
 * for no other account. Where accounts share their secret {@code v1} does not count. What is older,
 * or newer, than five minutes is not believed.
 */
final class Signature {
  static final String HEADER = "x-krabkrab-signature";

  private static final long TOLERANCE_SECONDS = 300;
  private static final Pattern FORM = Pattern.compile("t=(\\d{1,12}),(v[12])=([0-9a-f]{64})");

  private final byte[] secret;
  private final String account;
  private final boolean shared;

  /**
   * @param shared whether another account has the same secret
   */
  Signature(String secret, String account, boolean shared) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
    this.account = account;
    this.shared = shared;
  }

  String of(byte[] body, long epochSeconds) {
    return "t=" + epochSeconds + ",v1=" + HexFormat.of().formatHex(sum("", body, epochSeconds));
  }

  /** Whether it could be a signature of now. */
  static boolean hasForm(String header, long epochSeconds) {
    Matcher given = FORM.matcher(header.strip());
    return given.matches()
        && Math.abs(epochSeconds - Long.parseLong(given.group(1))) <= TOLERANCE_SECONDS;
  }

  boolean holds(String header, byte[] body, long epochSeconds) {
    Matcher given = FORM.matcher(header.strip());
    if (!given.matches()) {
      return false;
    }
    boolean ofAccount = given.group(2).equals("v2");
    long at = Long.parseLong(given.group(1));
    byte[] sum = sum(ofAccount ? account + "." : "", body, at);
    boolean right = MessageDigest.isEqual(HexFormat.of().parseHex(given.group(3)), sum);
    return right && (ofAccount || !shared) && Math.abs(epochSeconds - at) <= TOLERANCE_SECONDS;
  }

  private byte[] sum(String before, byte[] body, long epochSeconds) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      ByteArrayOutputStream signed = new ByteArrayOutputStream();
      signed.writeBytes((epochSeconds + "." + before).getBytes(StandardCharsets.UTF_8));
      signed.writeBytes(body);
      return mac.doFinal(signed.toByteArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
