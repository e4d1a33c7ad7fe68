package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.agents.Authority;
import dev.krabkrab.gateway.auth.Credential;
import dev.krabkrab.gateway.auth.Locality;
import dev.krabkrab.gateway.auth.Scope;
import dev.krabkrab.gateway.auth.SharedSecret;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.rpc.Access;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who asks over HTTP.
 *
 * @param caller with the scopes of what was shown
 * @param secret that was shown where no credential was, or null
 * @param expiresAtMs when what was shown ends, milliseconds since 1970
 */
record Visitor(Caller caller, @Nullable SharedSecret secret, long expiresAtMs) {
  private static final String CLIENT = "http";
  private static final Set<String> ALL = Set.of(Scope.ADMIN);

  /**
   * Somebody of this host with the shared secret.
   *
   * @param unasked scopes that nobody is asked about; null for all
   */
  static Visitor withSecret(
      SharedSecret secret, @Nullable List<String> unasked, Locality from, long nowMs) {
    boolean open = secret.mode() == SharedSecret.Mode.NONE;
    Set<String> scopes = unasked == null ? ALL : new TreeSet<>(unasked);
    return of(scopes, open ? "anybody" : "shared-secret", secret, Credential.NEVER, from, nowMs);
  }

  /** Somebody with a named token, or whom an issuer or a proxy knows. */
  static Visitor withCredential(Credential held, Locality from, long nowMs) {
    return of(new TreeSet<>(held.scopes()), held.id(), null, held.expiresAtMs(), from, nowMs);
  }

  /** Another system with the secret of the hooks, which may ask agents and nothing else. */
  static Visitor hook(SharedSecret secret, Locality from, long nowMs) {
    return of(Authority.WRITER.scopes(), "hooks", secret, Credential.NEVER, from, nowMs);
  }

  private static Visitor of(
      Set<String> scopes,
      String name,
      @Nullable SharedSecret secret,
      long expiresAtMs,
      Locality from,
      long nowMs) {
    Caller caller =
        Caller.inside(CLIENT, CLIENT, scopes, nowMs)
            .onBehalf(name, from.local() ? null : from.clientIp(), from.local());
    return new Visitor(caller, secret, expiresAtMs);
  }

  Authority authority() {
    return Authority.of(caller);
  }

  /** What is missing to do what a method does, or null. */
  @Nullable String lacks(Access access) {
    var refusal = access.refusal(caller);
    return refusal == null ? null : refusal.message();
  }

  /** Whether what was shown is good still. */
  boolean stands(HttpGuard.Rules now) {
    return secret == null
        ? now.standing().test(String.valueOf(caller.credential()))
        : secret.sameAs(now.secret());
  }
}
