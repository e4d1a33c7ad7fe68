package dev.krabkrab.gateway.platform.config;

import java.time.Instant;

/**
 * A certificate chain with its private key, checked to belong together.
 *
 * @param certificate chain, PEM
 * @param key private key, PEM
 * @param fingerprint SHA-256 of the first certificate's DER form, lower-case hex
 * @param ends when the first of the chain's certificates ends; clients refuse the chain from then
 *     on
 */
public record TlsMaterial(String certificate, String key, String fingerprint, Instant ends) {

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsMaterial[" + fingerprint + "]";
  }
}
