package dev.krabkrab.gateway.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.auth.AllowedUsers;
import dev.krabkrab.gateway.auth.AuthFailure;
import dev.krabkrab.gateway.auth.Credential;
import dev.krabkrab.gateway.auth.IdentitySource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mode {@code jwt}: an identity provider, or a Kubernetes API server, has signed who the client is.
 * Its token stands where the shared token would. Nothing in a token is believed before its
 * signature was checked with a key of the issuer it names; nothing of a token is logged.
 */
public final class JwtIdentity implements IdentitySource {
  private static final Logger LOG = LoggerFactory.getLogger(JwtIdentity.class);

  private final List<IssuerKeys> issuers;
  private final InstantSource clock;

  /**
   * Accepts the tokens of these issuers, in this order.
   *
   * @param files folder of the files they name
   */
  public JwtIdentity(Vertx vertx, List<JwtIssuer> issuers, Path files, InstantSource clock) {
    this.issuers = issuers.stream().map(one -> new IssuerKeys(vertx, one, files, clock)).toList();
    this.clock = clock;
  }

  /** The issuers it was made with. */
  public List<JwtIssuer> issuers() {
    return issuers.stream().map(IssuerKeys::issuer).toList();
  }

  @Override
  public Future<Verdict> identify(Shown shown) {
    String token = shown.token();
    if (token.isEmpty()) {
      return unknown(AuthFailure.TOKEN_MISSING);
    }
    JwtText text = JwtText.read(token).orElse(null);
    if (text == null) {
      return unknown(AuthFailure.TOKEN_NOT_TRUSTED);
    }
    List<IssuerKeys> ofIssuer =
        issuers.stream().filter(one -> one.issuer().issuer().equals(text.issuer())).toList();
    if (ofIssuer.isEmpty()) {
      // Every device token comes this way.
      LOG.debug("a token is of an issuer that is not among those of gateway.auth.jwt");
      return unknown(AuthFailure.TOKEN_NOT_TRUSTED);
    }
    return ofIssuer.stream()
        .filter(one -> one.issuer().audiences().stream().anyMatch(text::isFor))
        .findFirst()
        .map(one -> check(one, token, text))
        .orElseGet(() -> refused(ofIssuer.getFirst().issuer(), "it is for another audience"));
  }

  @Override
  public boolean stands(String credentialId) {
    return issuers.stream().anyMatch(keys -> keys.issuer().stands(credentialId));
  }

  @Override
  public String method() {
    return "jwt";
  }

  /** Lets go of connections to issuers; their keys are not asked for any more. */
  public void close() {
    issuers.forEach(IssuerKeys::close);
  }

  private Future<Verdict> check(IssuerKeys keys, String token, JwtText text) {
    JwtIssuer issuer = keys.issuer();
    if (!issuer.algorithms().contains(text.algorithm())) {
      return refused(issuer, "its algorithm is not among those allowed");
    }
    if (text.expiresAt() == 0) {
      return refused(issuer, "it does not say when it expires");
    }
    return keys.forKey(text.kid())
        .transform(
            found -> {
              if (found.failed()) {
                return Future.succeededFuture(
                    new Verdict.Undecided("the keys of issuer " + issuer.name()));
              }
              return found.result().has(text.kid())
                  ? signed(found.result(), issuer, token, text)
                  : refused(issuer, "it is signed with a key the issuer does not have");
            });
  }

  private Future<Verdict> signed(KeySet keys, JwtIssuer issuer, String token, JwtText text) {
    return keys.check(token)
        .transform(
            checked -> {
              if (checked.succeeded()) {
                return user(issuer, text);
              }
              return text.expiresAt() * 1000 <= clock.millis()
                  ? rejected(AuthFailure.TOKEN_EXPIRED)
                  : refused(issuer, "its signature is wrong, or its time has not come");
            });
  }

  private Future<Verdict> user(JwtIssuer issuer, JwtText text) {
    JsonNode claim = ScopeGrant.find(text.claims(), issuer.userClaim());
    String user = claim.asText("").strip();
    if (!AllowedUsers.isName(user) || !issuer.users().allows(user)) {
      LOG.info("a token of issuer {} names nobody who is allowed", issuer.name());
      return Future.succeededFuture(new Verdict.Unknown(AuthFailure.VERIFIED_USER_REQUIRED, true));
    }
    return Future.succeededFuture(
        new Verdict.Known(
            new Credential(
                issuer.credentialId(user),
                issuer.name() + ":" + user,
                issuer.grant().of(text.claims()),
                issuer.roles(),
                issuer.pairs(),
                (text.expiresAt() + KeySet.LEEWAY_SECONDS) * 1000)));
  }

  private static Future<Verdict> refused(JwtIssuer issuer, String why) {
    LOG.info("a token of issuer {} is refused: {}", issuer.name(), why);
    return rejected(AuthFailure.TOKEN_NOT_TRUSTED);
  }

  /** It is no device token either, and nobody's guess. */
  private static Future<Verdict> rejected(AuthFailure failure) {
    return Future.succeededFuture(new Verdict.Unknown(failure, true));
  }

  private static Future<Verdict> unknown(AuthFailure failure) {
    return Future.succeededFuture(new Verdict.Unknown(failure, false));
  }
}
