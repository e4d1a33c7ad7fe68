package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.Scope;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.rpc.Access;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The caller of an HTTP request.
 *
 * @param caller with the scopes of what was shown
 * @param secret that was shown where no credential was, or null
 * @param expiresAtMs when what was shown ends, milliseconds since 1970
 */
record HttpCaller(Caller caller, @Nullable SharedSecret secret, long expiresAtMs) {
  private static final String CLIENT = "http";
  private static final Set<String> ALL = Set.of(Scope.ADMIN);

  /**
   * Somebody of this host with the shared secret.
   *
   * @param silentScopes scopes given without a question; null for all
   */
  static HttpCaller withSecret(
      SharedSecret secret, @Nullable List<String> silentScopes, Locality from, long nowMs) {
    boolean open = secret.mode() == SharedSecret.Mode.NONE;
    Set<String> scopes = silentScopes == null ? ALL : new TreeSet<>(silentScopes);
    return of(scopes, open ? "anybody" : "shared-secret", secret, Grounds.NONE, from, nowMs);
  }

  /** Somebody with a named token, or whom an issuer or a proxy knows. */
  static HttpCaller withCredential(Credential held, Locality from, long nowMs) {
    Grounds grounds = new Grounds(null, 0, held.id(), held.expiresAtMs());
    return of(new TreeSet<>(held.scopes()), held.id(), null, grounds, from, nowMs);
  }

  /** Another system with the secret of the hooks, which may ask agents and nothing else. */
  static HttpCaller hook(SharedSecret secret, Locality from, long nowMs) {
    String name = HookRules.CREDENTIAL;
    Grounds grounds = new Grounds(null, 0, secret.credentialId(name), Grounds.NEVER);
    return of(Authority.WRITER.scopes(), name, secret, grounds, from, nowMs);
  }

  private static HttpCaller of(
      Set<String> scopes,
      String name,
      @Nullable SharedSecret secret,
      Grounds grounds,
      Locality from,
      long nowMs) {
    Caller caller =
        Caller.inside(CLIENT, CLIENT, scopes, nowMs)
            .onBehalf(name, from.local() ? null : from.clientIp(), from.local())
            .grounded(grounds);
    return new HttpCaller(caller, secret, grounds.expiresAtMs());
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
