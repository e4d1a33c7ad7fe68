package dev.krabkrab.gateway.access.auth;

import java.util.Locale;

/** Why authentication failed; {@link AuthFailureText} words it. Protocol 01b §4.3, 05 §6.3. */
public enum AuthFailure {
  TOKEN_MISSING(NextStep.UPDATE_AUTH_CONFIGURATION),
  TOKEN_MISMATCH(NextStep.UPDATE_AUTH_CREDENTIALS),
  TOKEN_NOT_CONFIGURED(NextStep.UPDATE_AUTH_CONFIGURATION),
  PASSWORD_MISSING(NextStep.UPDATE_AUTH_CONFIGURATION),
  PASSWORD_MISMATCH(NextStep.UPDATE_AUTH_CREDENTIALS),
  PASSWORD_NOT_CONFIGURED(NextStep.UPDATE_AUTH_CONFIGURATION),
  DEVICE_TOKEN_MISMATCH(NextStep.UPDATE_AUTH_CREDENTIALS),
  BOOTSTRAP_TOKEN_INVALID(NextStep.REVIEW_AUTH_CONFIGURATION),
  IDENTITY_HEADER_REQUIRED(NextStep.REVIEW_AUTH_CONFIGURATION),
  VERIFIED_USER_REQUIRED(NextStep.REVIEW_AUTH_CONFIGURATION),
  /** A signed token whose time is over. */
  TOKEN_EXPIRED(NextStep.UPDATE_AUTH_CREDENTIALS),
  /** A signed token of somebody, or for somebody, the settings do not know. */
  TOKEN_NOT_TRUSTED(NextStep.REVIEW_AUTH_CONFIGURATION),
  SCOPE_MISMATCH(NextStep.REVIEW_AUTH_CONFIGURATION),
  RATE_LIMITED(NextStep.WAIT_THEN_RETRY),
  UNAUTHORIZED(NextStep.REVIEW_AUTH_CONFIGURATION);

  /** What a client of protocol 4 is advised to do. Protocol 05 §6.2. */
  public enum NextStep {
    RETRY_WITH_DEVICE_TOKEN,
    UPDATE_AUTH_CONFIGURATION,
    UPDATE_AUTH_CREDENTIALS,
    WAIT_THEN_RETRY,
    REVIEW_AUTH_CONFIGURATION;

    /** The text of {@code recommendedNextStep}. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final NextStep nextStep;

  AuthFailure(NextStep nextStep) {
    this.nextStep = nextStep;
  }

  /** Whether a secret was presented that is not the right one. */
  public boolean isWrongSecret() {
    return switch (this) {
      case TOKEN_MISMATCH, PASSWORD_MISMATCH, DEVICE_TOKEN_MISMATCH, BOOTSTRAP_TOKEN_INVALID ->
          true;
      default -> false;
    };
  }

  /** {@code details.code} for protocol 4. */
  public String code() {
    return "AUTH_" + name();
  }

  /** {@code details.authReason} for protocol 4. */
  public String authReason() {
    return name().toLowerCase(Locale.ROOT);
  }

  NextStep nextStep() {
    return nextStep;
  }
}
