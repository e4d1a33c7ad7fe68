package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.auth.Credential;
import dev.krabkrab.gateway.auth.GuessGuard;
import dev.krabkrab.gateway.auth.GuessLimits;
import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.auth.NamedTokens;
import dev.krabkrab.gateway.auth.SharedSecret;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in by {@code Authorization: Bearer} with the gateway's secret or a named token that
 * may write. Wrong ones count as they do at the WebSocket. For one event loop. Protocol 04 §19.
 */
public final class HttpGuard {
  private static final String WRITE = "operator.write";
  private static final String ADMIN = "operator.admin";
  private static final String BEARER = "bearer ";

  private final GuessGuard guesses;
  private final Supplier<Rules> rules;
  private final Locality.Settings locality;

  /** What the gateway document says now. */
  public record Rules(SharedSecret secret, NamedTokens tokens, GuessLimits limits) {}

  public HttpGuard(GuessGuard guesses, Supplier<Rules> rules, Locality.Settings locality) {
    this.guesses = guesses;
    this.rules = rules;
    this.locality = locality;
  }

  /** What comes of it. */
  sealed interface Verdict {
    record Welcome() implements Verdict {}

    record Unauthorized() implements Verdict {}

    /**
     * Wrong too often.
     *
     * @param waitMs until its secret is looked at again, in milliseconds
     */
    record LockedOut(long waitMs) implements Verdict {}
  }

  Future<Verdict> judge(HttpServerRequest request) {
    Rules now = rules.get();
    if (now.secret().mode() == SharedSecret.Mode.NONE) {
      // Where nothing is asked, a page somewhere must not ask in its reader's name.
      boolean page = request.headers().contains("origin");
      return Future.succeededFuture(page ? new Verdict.Unauthorized() : new Verdict.Welcome());
    }
    String token = bearer(request.getHeader("authorization"));
    if (token == null) {
      return Future.succeededFuture(new Verdict.Unauthorized());
    }
    return compare(request, now.limits(), () -> isRight(now, token));
  }

  /** The same with another secret than the gateway's. */
  Future<Verdict> judge(HttpServerRequest request, SharedSecret secret, @Nullable String token) {
    if (token == null) {
      return Future.succeededFuture(new Verdict.Unauthorized());
    }
    return compare(request, rules.get().limits(), () -> secret.check(token, null) == null);
  }

  private Future<Verdict> compare(
      HttpServerRequest request, GuessLimits limits, Supplier<Boolean> comparison) {
    Locality client = client(request);
    return guesses
        .waitMs(client, limits)
        .compose(
            wait -> {
              if (wait > 0) {
                return Future.succeededFuture(new Verdict.LockedOut(wait));
              }
              if (comparison.get()) {
                return Future.succeededFuture(new Verdict.Welcome());
              }
              return guesses
                  .wrong(client, limits)
                  .map(
                      locked ->
                          locked > 0 ? new Verdict.LockedOut(locked) : new Verdict.Unauthorized());
            });
  }

  private static boolean isRight(Rules rules, String token) {
    boolean byPassword = rules.secret().mode() == SharedSecret.Mode.PASSWORD;
    boolean shared =
        rules.secret().check(byPassword ? null : token, byPassword ? token : null) == null;
    Credential named = byPassword ? null : rules.tokens().find(token);
    return shared || (named != null && mayWrite(named));
  }

  private static boolean mayWrite(Credential named) {
    return named.scopes().contains(WRITE) || named.scopes().contains(ADMIN);
  }

  private Locality client(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    return Locality.of(peer == null ? "" : peer, request.headers(), locality);
  }

  static @Nullable String bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return null;
    }
    String token = header.substring(BEARER.length()).strip();
    return token.isEmpty() ? null : token;
  }
}
