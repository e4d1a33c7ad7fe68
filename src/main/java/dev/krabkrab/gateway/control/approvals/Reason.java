package dev.krabkrab.gateway.control.approvals;

/** Why an approval was resolved so. Protocol 05 §13.3. */
final class Reason {
  /** Somebody decided. */
  static final String USER = "user";

  /** Somebody answered with what is no decision, and that denies. */
  static final String MALFORMED = "malformed-verdict";

  static final String TIMEOUT = "timeout";

  private Reason() {}
}
