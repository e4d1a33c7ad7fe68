package dev.krabkrab.gateway.access.auth;

/**
 * Why a device identity was not believed, in the order of the checks. Protocol 01b §5.4, 05 §6.3.
 */
public enum DeviceRefusal {
  DEVICE_ID_MISMATCH("device identity mismatch", "device-id-mismatch"),
  SIGNATURE_EXPIRED("device signature expired", "device-signature-stale"),
  NONCE_REQUIRED("device nonce required", "device-nonce-missing"),
  NONCE_MISMATCH("device nonce mismatch", "device-nonce-mismatch"),
  SIGNATURE_INVALID("device signature invalid", "device-signature"),
  PUBLIC_KEY_INVALID("device public key invalid", "device-public-key");

  private final String text;
  private final String reason;

  DeviceRefusal(String text, String reason) {
    this.text = text;
    this.reason = reason;
  }

  /** Error message and close reason. */
  public String text() {
    return text;
  }

  /** {@code details.reason} for protocol 4. */
  public String reason() {
    return reason;
  }

  /** {@code details.code} for protocol 4. */
  public String code() {
    return "DEVICE_AUTH_" + name();
  }
}
