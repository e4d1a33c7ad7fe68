package dev.krabkrab.gateway.cli.bench;

/** An Ed25519 identity of a client. */
public interface Device {
  /** Lower-case hex SHA-256 of the raw public key. */
  String deviceId();

  /** The raw public key, base64url without padding. */
  String publicKey();

  /** Signature of the text's UTF-8 bytes, base64url without padding. Any thread. */
  String sign(String text);
}
