package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.access.auth.AuthRateLimiter;
import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.HostClaims;
import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.NamedTokens;
import dev.krabkrab.gateway.access.auth.RateLimitSettings;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.platform.transport.PeerAddress;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in as far as they could connect without anybody's approval: with the shared secret
 * those of this host, from elsewhere those with a named token or whom an issuer or a proxy knows.
 * Wrong secrets count as they do at the WebSocket. For one event loop. Protocol 04 §19.
 */
public final class HttpGuard {
  private static final String BEARER = "bearer ";
  private static final String ELSEWHERE =
      "the shared secret is taken from the gateway's own host only; from elsewhere send a token of"
          + " gateway.auth.tokens";
  private static final String NOBODY =
      "gateway.auth.mode none answers the gateway's own host only; set a secret and named tokens";

  private final AuthRateLimiter guesses;
  private final Supplier<Rules> rules;
  private final Locality.Settings locality;
  private final InstantSource clock;

  /**
   * The access rules of the gateway document as it is now.
   *
   * @param identities who tells who somebody is instead of a secret, or null
   * @param standing whether a credential is good still, by its id
   * @param silentScopes {@code gateway.pairing.silentScopes}: what the shared secret gives without
   *     anybody's approval; null for everything
   */
  public record Rules(
      SharedSecret secret,
      NamedTokens tokens,
      RateLimitSettings limits,
      @Nullable IdentitySource identities,
      Predicate<String> standing,
      @Nullable List<String> silentScopes) {}

  public HttpGuard(
      AuthRateLimiter guesses,
      Supplier<Rules> rules,
      Locality.Settings locality,
      InstantSource clock) {
    this.guesses = guesses;
    this.rules = rules;
    this.locality = locality;
    this.clock = clock;
  }

  /** The outcome of a check. */
  sealed interface Verdict {
    record Welcome(HttpCaller visitor) implements Verdict {}

    record Unauthorized() implements Verdict {}

    /** A valid credential that is not for this endpoint. */
    record Forbidden(String why) implements Verdict {}

    /**
     * Wrong too often.
     *
     * @param waitMs until its secret is looked at again, in milliseconds
     */
    record LockedOut(long waitMs) implements Verdict {}
  }

  Rules rules() {
    return rules.get();
  }

  Future<Verdict> judge(HttpServerRequest request) {
    Rules now = rules.get();
    Locality client = client(request);
    boolean page = request.headers().contains("origin");
    String token = bearer(request.getHeader("authorization"));
    if (now.secret().mode() == SharedSecret.Mode.NONE) {
      // Where no credential is required, a page somewhere must not ask in its reader's name.
      return Future.succeededFuture(
          page ? new Verdict.Unauthorized() : ofThisHost(now, client, NOBODY));
    }
    IdentitySource identities = now.identities();
    if (token == null && (identities == null || page)) {
      return Future.succeededFuture(new Verdict.Unauthorized());
    }
    return identities == null
        ? guarded(
            client,
            now.limits(),
            () -> Future.succeededFuture(bySecret(now, client, orEmpty(token))))
        : guarded(client, now.limits(), () -> identified(identities, request, orEmpty(token)));
  }

  /** The same with the secret of the hooks, which is made for others than this host. */
  Future<Verdict> judgeHook(
      HttpServerRequest request, SharedSecret secret, @Nullable String token) {
    if (token == null) {
      return Future.succeededFuture(new Verdict.Unauthorized());
    }
    Locality client = client(request);
    return guarded(
        client,
        rules.get().limits(),
        () ->
            Future.succeededFuture(
                secret.check(token, null) == null
                    ? new Compared(welcome(HttpCaller.hook(secret, client, clock.millis())), false)
                    : Compared.WRONG));
  }

  /**
   * @param wrong a guess, to be counted
   */
  private record Compared(Verdict verdict, boolean wrong) {
    static final Compared WRONG = new Compared(new Verdict.Unauthorized(), true);
  }

  private Future<Verdict> guarded(
      Locality client, RateLimitSettings limits, Supplier<Future<Compared>> comparison) {
    return guesses
        .waitMs(client, limits)
        .compose(
            wait ->
                wait > 0
                    ? Future.succeededFuture(new Verdict.LockedOut(wait))
                    : comparison.get().compose(compared -> counted(client, limits, compared)));
  }

  private Future<Verdict> counted(Locality client, RateLimitSettings limits, Compared compared) {
    return compared.wrong()
        ? guesses
            .wrong(client, limits)
            .map(locked -> locked > 0 ? new Verdict.LockedOut(locked) : compared.verdict())
        : Future.succeededFuture(compared.verdict());
  }

  private Compared bySecret(Rules now, Locality client, String token) {
    boolean byPassword = now.secret().mode() == SharedSecret.Mode.PASSWORD;
    // The named one first: where a setting makes both the same, the lesser right is the safe one.
    Credential named = byPassword ? null : now.tokens().find(token);
    boolean shared =
        now.secret().check(byPassword ? null : token, byPassword ? token : null) == null;
    if (named != null) {
      return new Compared(held(named, client), false);
    }
    return shared ? new Compared(ofThisHost(now, client, ELSEWHERE), false) : Compared.WRONG;
  }

  private Future<Compared> identified(
      IdentitySource identities, HttpServerRequest request, String token) {
    Locality client = client(request);
    boolean overProxy = Locality.isTrustedProxy(peer(request), locality);
    return identities
        .identify(new IdentitySource.Shown(token, request.headers(), overProxy))
        .map(
            verdict ->
                switch (verdict) {
                  case IdentitySource.Verdict.Known(Credential held) ->
                      new Compared(held(held, client), false);
                  case IdentitySource.Verdict.Unknown unknown ->
                      new Compared(new Verdict.Unauthorized(), unknown.failure().isWrongSecret());
                  case IdentitySource.Verdict.Undecided(String what) ->
                      throw new IllegalStateException(what + " cannot be read now");
                });
  }

  private Verdict held(Credential held, Locality client) {
    return held.roles().contains(Role.OPERATOR)
        ? welcome(HttpCaller.withCredential(held, client, clock.millis()))
        : new Verdict.Forbidden("this credential is for nodes only");
  }

  /**
   * As at the WebSocket: on its own the secret lets in whoever may be paired without a question.
   */
  private Verdict ofThisHost(Rules now, Locality client, String otherwise) {
    return client.mayApproveSilently()
        ? welcome(HttpCaller.withSecret(now.secret(), now.silentScopes(), client, clock.millis()))
        : new Verdict.Forbidden(otherwise);
  }

  private static Verdict welcome(HttpCaller visitor) {
    return new Verdict.Welcome(visitor);
  }

  Locality client(HttpServerRequest request) {
    MultiMap headers = HostClaims.in(request.headers(), request.uri(), request.authority(true));
    return Locality.of(peer(request), headers, locality);
  }

  private static PeerAddress peer(HttpServerRequest request) {
    return PeerAddress.of(request.connection());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static @Nullable String bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return null;
    }
    String token = header.substring(BEARER.length()).strip();
    return token.isEmpty() ? null : token;
  }
}
