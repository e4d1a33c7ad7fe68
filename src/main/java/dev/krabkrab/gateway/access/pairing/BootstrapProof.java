package dev.krabkrab.gateway.access.pairing;

/**
 * The proof, besides its key, of a device that wants to connect.
 *
 * @param bootstrap hash of the one-time token it showed, empty without one
 * @param lifeMs how long that token could still be shown, in milliseconds
 * @param madeAtMs when it was made, milliseconds since 1970; 0 when that is not known
 * @param by the device of whoever made it, empty without one
 */
public record BootstrapProof(String bootstrap, long lifeMs, long madeAtMs, String by) {
  /** The shared secret or a device token, nothing more. */
  public static final BootstrapProof NONE = new BootstrapProof("", 0, 0, "");
}
