package dev.krabkrab.gateway.access.auth;

/** The outcome of checking a device identity. */
public sealed interface DeviceVerdict {

  /**
   * The connection holds the private key.
   *
   * @param publicKey in stored form: base64url without padding
   * @param layout which signature layout matched, 1 to 3
   */
  record Verified(String deviceId, String publicKey, int layout) implements DeviceVerdict {}

  /** The identity was not believed. */
  record Refused(DeviceRefusal reason) implements DeviceVerdict {}
}
