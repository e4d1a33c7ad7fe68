package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.AuthFailure;
import dev.krabkrab.gateway.access.auth.AuthFailureText;
import dev.krabkrab.gateway.access.auth.AuthRateLimiter;
import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.access.handshake.AdmissionStep.Result;
import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.access.pairing.ApprovedVia;
import dev.krabkrab.gateway.access.pairing.Origin;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands around every comparison of a secret: keeps it from those who were wrong too often, and
 * words the refusals. Protocol 01b §4.3, 05 §6.3, §7.
 */
final class SecretStep {
  /** The most a browser gets without a question: not enough to change the gateway. */
  static final List<String> BROWSER_SCOPES =
      List.of("operator.read", "operator.approvals", "operator.pairing");

  private final AuthRateLimiter guard;

  SecretStep(AuthRateLimiter guard) {
    this.guard = guard;
  }

  /**
   * Who presents a secret.
   *
   * @param deviceId of the verified device it comes with, or null
   * @param shown what identifies it where no secret does
   * @param credential what it turned out to hold, or null
   */
  record Attempt(
      ConnectParams params,
      HandshakePolicy policy,
      Locality client,
      @Nullable String deviceId,
      IdentitySource.Shown shown,
      @Nullable Credential credential) {

    /** The device, when it shows a shared secret besides what may be a token of its own. */
    @Nullable String deviceWithBoth() {
      String own = params.ownToken();
      boolean both =
          switch (policy.secret().mode()) {
            case NONE -> false;
            case TOKEN -> !params.token().isEmpty() && !params.token().equals(own);
            case PASSWORD -> !params.password().isEmpty();
          };
      return both && !own.isEmpty() ? deviceId : null;
    }

    /** The same with what a credential, if any, leaves of the requested scopes. */
    Attempt limitedTo(@Nullable Credential held) {
      return held == null
          ? this
          : new Attempt(
              params.withScopes(held.grant(params.scopes())),
              policy,
              client,
              deviceId,
              shown,
              held);
    }

    /** Where the device asks from, and whether it is let in unasked. */
    Origin origin() {
      return new Origin(approvedVia(), client.subject(), user());
    }

    /**
     * A new device is paired without a question by its credential, or as one of this host, which
     * nobody is who comes over a proxy that signs users in. A browser on this host gets no more
     * that way than {@link #BROWSER_SCOPES}.
     */
    private @Nullable ApprovedVia approvedVia() {
      Credential identity = policy.identities() == null ? null : credential;
      List<String> most = policy.silentScopes();
      boolean ownHost =
          client.mayApproveSilently()
              && (!isBrowser() || isForBrowsers())
              && !(identity != null && shown.fromTrustedProxy())
              && (most == null || Scopes.firstMissing(most, params.scopes()).isEmpty());
      if (ownHost) {
        return ApprovedVia.SILENT;
      }
      return identity != null && identity.pairs() ? ApprovedVia.IDENTITY : null;
    }

    /**
     * Whether a page may be behind it. Browsers send both headers, and let no page change them;
     * libraries that send an origin call themselves something else.
     */
    private boolean isBrowser() {
      boolean origin = shown.headers().getAll("origin").stream().anyMatch(o -> !o.isBlank());
      return origin
          && shown.headers().getAll("user-agent").stream().anyMatch(a -> a.startsWith("Mozilla/"));
    }

    private boolean isForBrowsers() {
      return params.role() == Role.OPERATOR
          && Scopes.firstMissing(BROWSER_SCOPES, params.scopes()).isEmpty();
    }

    /** Whether nothing but its own token would decide about a device that has one. */
    boolean isJudgedByOwnToken() {
      boolean nothingElse = params.token().isEmpty() || params.token().equals(params.ownToken());
      IdentitySource identities = policy.identities();
      return identities == null || (nothingElse && !identities.readsHeaders());
    }

    /** Who stands behind it, for the audit trail, or null. */
    @Nullable String user() {
      return credential == null ? null : Credential.nameOf(credential.id());
    }
  }

  /**
   * Goes on with the comparison unless the client's address or its device is locked out.
   *
   * @param lockedOut what becomes of a client whose address is, for so many milliseconds
   */
  Future<Result> guarded(
      Attempt attempt,
      Supplier<Future<Result>> comparison,
      LongFunction<Future<Result>> lockedOut) {
    HandshakePolicy policy = attempt.policy();
    boolean open = policy.secret().mode() == SharedSecret.Mode.NONE;
    if (open && attempt.params().bootstrapToken().isEmpty()) {
      return comparison.get();
    }
    String device = attempt.deviceWithBoth();
    return guard
        .waitMs(attempt.client(), policy.rateLimits())
        .compose(
            wait -> {
              if (wait > 0) {
                return lockedOut.apply(wait);
              }
              return device == null
                  ? comparison.get()
                  : guard
                      .waitMs(attempt.client(), device, policy.rateLimits())
                      .compose(
                          own ->
                              own > 0
                                  ? Future.succeededFuture(rateLimited(attempt, own))
                                  : comparison.get());
            });
  }

  /**
   * Lets a device in by its own token. Was a shared secret wrong that came with it, that counts
   * against the device: its owner must not try out secrets from address to address.
   */
  Future<Result> admit(Attempt attempt, Result admitted, boolean wrong) {
    String device = attempt.deviceWithBoth();
    if (!wrong || device == null) {
      return Future.succeededFuture(admitted);
    }
    return guard
        .wrong(attempt.client(), device, attempt.policy().rateLimits())
        .compose(wait -> Future.succeededFuture(wait > 0 ? rateLimited(attempt, wait) : admitted));
  }

  /**
   * Refuses; what was wrong, and not just missing or too little, is counted before the client is
   * answered.
   */
  Future<Result> refuse(Attempt attempt, AuthFailure failure, boolean wrong) {
    if (!wrong) {
      return refused(unauthorized(attempt, failure));
    }
    return guard
        .wrong(attempt.client(), attempt.policy().rateLimits())
        .compose(
            wait ->
                wait > 0
                    ? Future.succeededFuture(rateLimited(attempt, wait))
                    : refused(unauthorized(attempt, failure)));
  }

  private static Future<Result> refused(HandshakeFailure failure) {
    return Future.succeededFuture(new Result.Refused(failure));
  }

  private static HandshakeFailure unauthorized(Attempt attempt, AuthFailure failure) {
    ConnectParams params = attempt.params();
    return HandshakeFailure.of(
        Outcome.UNAUTHORIZED,
        ErrorShape.INVALID_REQUEST,
        AuthFailureText.message(failure, params.kind()),
        params.isV4(),
        AuthFailureText.details(failure, attempt.deviceId() != null && !params.token().isEmpty()));
  }

  /** Tells to come back later, and nothing else. */
  static Result rateLimited(Attempt attempt, long waitMs) {
    AuthFailure failure = AuthFailure.RATE_LIMITED;
    String message = AuthFailureText.message(failure, attempt.params().kind());
    ErrorShape error =
        new ErrorShape(
            ErrorShape.INVALID_REQUEST,
            message,
            attempt.params().isV4()
                ? AuthFailureText.details(failure, false)
                    .put("retryable", true)
                    .put("retryAfterMs", waitMs)
                : null,
            true,
            waitMs);
    return new Result.Refused(
        new HandshakeFailure(Outcome.UNAUTHORIZED, error, CloseReason.policy(message)));
  }
}
