package dev.krabkrab.gateway.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The keys of an issuer as they were at one moment. Immutable, for any thread. */
final class KeySet {
  private static final Set<String> KINDS = Set.of("RSA", "EC", "OKP");

  /** How far clocks may be apart. */
  static final int LEEWAY_SECONDS = 30;

  private final JWTAuth checker;
  private final Set<String> kids = new HashSet<>();
  private final boolean anonymous;
  private final boolean empty;

  private KeySet(Vertx vertx, JwtIssuer issuer, List<JsonNode> keys) {
    JWTAuthOptions options =
        new JWTAuthOptions()
            .setJWTOptions(
                new JWTOptions()
                    .setIssuer(issuer.issuer())
                    .setAudience(issuer.audiences())
                    .setLeeway(LEEWAY_SECONDS));
    for (JsonNode key : keys) {
      options.addJwk(new JsonObject(key.toString()));
      kids.add(key.path("kid").asText(""));
    }
    this.checker = JWTAuth.create(vertx, options);
    this.anonymous = kids.contains("");
    this.empty = keys.isEmpty();
  }

  /** The keys of a JWK set that may sign tokens of that issuer. */
  static KeySet of(Vertx vertx, JwtIssuer issuer, JsonNode set) {
    List<JsonNode> usable =
        set.path("keys").valueStream().filter(key -> isUsable(key, issuer.algorithms())).toList();
    return new KeySet(vertx, issuer, usable);
  }

  private static boolean isUsable(JsonNode key, List<String> algorithms) {
    return KINDS.contains(key.path("kty").asText())
        && key.path("use").asText("sig").equals("sig")
        && (!key.has("alg") || algorithms.contains(key.path("alg").asText()));
  }

  /** Whether a token that names this key can be checked. */
  boolean has(String kid) {
    return !empty && (kid.isEmpty() || anonymous || kids.contains(kid));
  }

  /** Fails unless signature, issuer, audience and times are right. */
  Future<User> check(String token) {
    // Without any key the checker would take tokens without a signature.
    return empty
        ? Future.failedFuture("no keys")
        // What the checker throws at, however odd the token, is a refusal like any other.
        : Future.succeededFuture()
            .compose(asked -> checker.authenticate(new TokenCredentials(token)));
  }
}
