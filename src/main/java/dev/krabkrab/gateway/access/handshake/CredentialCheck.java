package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.AuthFailure;
import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import io.vertx.core.Future;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the credentials of a connect prove, its device left aside. */
sealed interface CredentialCheck {
  /** When a client may come back that nobody could judge, in milliseconds. */
  long RETRY_AFTER_MS = 2_000;

  /**
   * They are right.
   *
   * @param credential what limits the connection; null for the shared secret, which does not
   * @param method in the words of protocol 4
   */
  record Right(@Nullable Credential credential, String method) implements CredentialCheck {}

  /**
   * They are not.
   *
   * @param known they are known, and good for something else: no device token is looked for in them
   */
  record Wrong(AuthFailure failure, boolean known) implements CredentialCheck {}

  /**
   * Asks whoever tells who clients are; without one compares with the shared secret and with every
   * named token.
   *
   * @return fails, retryably, when nobody can tell now
   */
  static Future<CredentialCheck> of(SecretStep.Attempt attempt) {
    IdentitySource identities = attempt.policy().identities();
    return identities == null
        ? Future.succeededFuture(bySecret(attempt.params(), attempt.policy()))
        : identities
            .identify(attempt.shown())
            .map(verdict -> byIdentity(verdict, attempt.params(), identities));
  }

  private static CredentialCheck byIdentity(
      IdentitySource.Verdict verdict, ConnectParams params, IdentitySource identities) {
    return switch (verdict) {
      case IdentitySource.Verdict.Known(Credential credential) ->
          credential.roles().contains(params.role())
              ? new Right(credential, identities.method())
              : new Wrong(AuthFailure.UNAUTHORIZED, true);
      case IdentitySource.Verdict.Unknown(AuthFailure failure, boolean rejected) ->
          new Wrong(failure, rejected);
      case IdentitySource.Verdict.Undecided(String what) ->
          throw new GatewayError(
              ErrorShape.retryable(
                  what + " cannot be read now; retry in a moment", RETRY_AFTER_MS));
    };
  }

  private static CredentialCheck bySecret(ConnectParams params, HandshakePolicy policy) {
    SharedSecret secret = policy.secret();
    boolean byToken = secret.mode() == SharedSecret.Mode.TOKEN;
    Credential named = byToken ? policy.tokens().find(params.token()) : null;
    AuthFailure failure = secret.check(params.token(), params.password());
    // The named one first: where a setting makes both the same, the lesser right is the safe one.
    if (named != null) {
      return named.roles().contains(params.role())
          ? new Right(named, "token")
          : new Wrong(AuthFailure.UNAUTHORIZED, true);
    }
    return failure == null
        ? new Right(null, secret.mode().name().toLowerCase(Locale.ROOT))
        : new Wrong(worded(failure, params, policy), false);
  }

  private static AuthFailure worded(
      AuthFailure failure, ConnectParams params, HandshakePolicy policy) {
    if (failure != AuthFailure.TOKEN_NOT_CONFIGURED || policy.tokens().isEmpty()) {
      return failure;
    }
    return params.token().isEmpty() ? AuthFailure.TOKEN_MISSING : AuthFailure.TOKEN_MISMATCH;
  }
}
