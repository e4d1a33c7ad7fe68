package dev.krabkrab.gateway.platform.config;

/**
 * A certificate chain with its private key, checked to belong together.
 *
 * @param certificate chain, PEM
 * @param key private key, PEM
 * @param fingerprint SHA-256 of the first certificate's DER form, lower-case hex
 */
public record TlsMaterial(String certificate, String key, String fingerprint) {

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsMaterial[" + fingerprint + "]";
  }
}
