package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's shared secret, kept only as a digest.
 *
 * <p>In token mode a password is never looked at, in password mode a token is never compared.
 * Secrets are not trimmed. Protocol 01b §4.
 */
public final class SharedSecret {
  /** Which credential admits a caller. */
  public enum Mode {
    TOKEN,
    PASSWORD,
    /** Everybody passes; only by explicit setting. */
    NONE
  }

  private final Mode mode;
  private final byte @Nullable [] digest;

  private SharedSecret(Mode mode, @Nullable String secret) {
    this.mode = mode;
    this.digest =
        secret == null || secret.isEmpty() || Placeholders.isNoSecret(secret)
            ? null
            : DeviceKey.sha256(secret);
  }

  /**
   * Token mode; no token, an empty one, a placeholder or a variable nobody filled in is not
   * configured and admits nobody.
   */
  public static SharedSecret token(@Nullable String token) {
    return new SharedSecret(Mode.TOKEN, token);
  }

  /** Password mode; otherwise as {@link #token}. */
  public static SharedSecret password(@Nullable String password) {
    return new SharedSecret(Mode.PASSWORD, password);
  }

  /** No secret at all. */
  public static SharedSecret none() {
    return new SharedSecret(Mode.NONE, null);
  }

  public Mode mode() {
    return mode;
  }

  /** Null when the credentials are right, else why not. An empty credential counts as absent. */
  public @Nullable AuthFailure check(@Nullable String token, @Nullable String password) {
    return switch (mode) {
      case NONE -> null;
      case TOKEN ->
          compare(
              token,
              AuthFailure.TOKEN_NOT_CONFIGURED,
              AuthFailure.TOKEN_MISSING,
              AuthFailure.TOKEN_MISMATCH);
      case PASSWORD ->
          compare(
              password,
              AuthFailure.PASSWORD_NOT_CONFIGURED,
              AuthFailure.PASSWORD_MISSING,
              AuthFailure.PASSWORD_MISMATCH);
    };
  }

  /** Whether it is the same secret, taken in the same way. */
  public boolean sameAs(SharedSecret other) {
    byte[] mine = digest;
    byte[] others = other.digest;
    if (mode != other.mode || mine == null || others == null) {
      return mode == other.mode && mine == others;
    }
    return MessageDigest.isEqual(mine, others);
  }

  /** The id of a credential that lasts as long as this secret does; it tells nothing of it. */
  public String credentialId(String name) {
    return Credential.id(name, digest == null ? "" : HexFormat.of().formatHex(digest));
  }

  private @Nullable AuthFailure compare(
      @Nullable String given, AuthFailure notConfigured, AuthFailure missing, AuthFailure wrong) {
    if (digest == null) {
      return notConfigured;
    }
    if (given == null || given.isEmpty()) {
      return missing;
    }
    return MessageDigest.isEqual(digest, DeviceKey.sha256(given)) ? null : wrong;
  }
}
