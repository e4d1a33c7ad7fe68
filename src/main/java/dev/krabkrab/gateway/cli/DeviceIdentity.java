package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The Ed25519 key of a client; that of this installation is kept in {@code identity/device.json}
 * (Protocol 01b §5.1, §5.7).
 */
public final class DeviceIdentity {
  /** Length of the fixed prefix before the 32 raw key bytes in an encoded public key. */
  private static final int SPKI_PREFIX = 12;

  private final String deviceId;
  private final byte[] rawPublicKey;
  private final PrivateKey privateKey;

  private DeviceIdentity(byte[] rawPublicKey, PrivateKey privateKey)
      throws GeneralSecurityException {
    this.rawPublicKey = rawPublicKey;
    this.privateKey = privateKey;
    this.deviceId =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rawPublicKey));
  }

  /** Reads the identity of the state directory, making one on first use. */
  static DeviceIdentity loadOrCreate(Path stateDir, long nowMs) {
    Path file = file(stateDir);
    Optional<String> stored = PrivateFiles.read(file);
    if (stored.isEmpty()) {
      PrivateFiles.createOnce(file, newIdentity(nowMs));
      stored = PrivateFiles.read(file);
    }
    try {
      return parse(Json.parse(stored.orElseThrow()));
    } catch (JsonProcessingException | GeneralSecurityException | IllegalArgumentException e) {
      throw CliException.local(
          "cannot use the device identity in " + file + ": " + e.getMessage(),
          "Restore the file, or move it away: a new device is made, which needs a new pairing.",
          e);
    }
  }

  private static Path file(Path stateDir) {
    return stateDir.resolve("identity").resolve("device.json");
  }

  private static DeviceIdentity parse(JsonNode json) throws GeneralSecurityException {
    KeyFactory keys = KeyFactory.getInstance("Ed25519");
    byte[] spki = fromPem(json.path("publicKeyPem").asText());
    if (spki.length != SPKI_PREFIX + 32) {
      throw new GeneralSecurityException("publicKeyPem is not an Ed25519 key");
    }
    PrivateKey privateKey =
        keys.generatePrivate(new PKCS8EncodedKeySpec(fromPem(json.path("privateKeyPem").asText())));
    DeviceIdentity identity =
        new DeviceIdentity(Arrays.copyOfRange(spki, SPKI_PREFIX, spki.length), privateKey);
    if (!identity.deviceId.equals(json.path("deviceId").asText(identity.deviceId))) {
      throw new GeneralSecurityException("deviceId does not belong to publicKeyPem");
    }
    return identity;
  }

  /** An identity of its own, kept nowhere. */
  public static DeviceIdentity fresh() {
    try {
      return of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no Ed25519", e);
    }
  }

  private static DeviceIdentity of(KeyPair pair) throws GeneralSecurityException {
    byte[] spki = pair.getPublic().getEncoded();
    return new DeviceIdentity(
        Arrays.copyOfRange(spki, SPKI_PREFIX, spki.length), pair.getPrivate());
  }

  private static String newIdentity(long nowMs) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return Json.pretty(
              Json.object()
                  .put("version", 1)
                  .put("deviceId", of(pair).deviceId)
                  .put("publicKeyPem", toPem("PUBLIC KEY", pair.getPublic().getEncoded()))
                  .put("privateKeyPem", toPem("PRIVATE KEY", pair.getPrivate().getEncoded()))
                  .put("createdAtMs", nowMs))
          + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no Ed25519", e);
    }
  }

  /** Lower-case hex SHA-256 of the raw public key. */
  public String deviceId() {
    return deviceId;
  }

  /** The raw public key, base64url without padding. */
  public String publicKey() {
    return base64Url(rawPublicKey);
  }

  /** The Ed25519 signature of the text's UTF-8 bytes, base64url without padding. */
  public String sign(String text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(privateKey);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return base64Url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with the device key", e);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String toPem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  private static byte[] fromPem(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
  }
}
