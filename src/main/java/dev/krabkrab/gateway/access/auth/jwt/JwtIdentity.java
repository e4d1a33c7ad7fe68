package dev.krabkrab.gateway.access.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.krabkrab.gateway.access.auth.AllowedUsers;
import dev.krabkrab.gateway.access.auth.AuthFailure;
import dev.krabkrab.gateway.access.auth.Credential;
import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mode {@code jwt}: an identity provider, or a Kubernetes API server, has signed who the client is.
 * Its token stands where the shared token would. Nothing in a token is believed before its
 * signature was checked with a key of the issuer it names; nothing of a token is logged.
 */
public final class JwtIdentity implements IdentitySource {
  private static final Logger LOG = LoggerFactory.getLogger(JwtIdentity.class);

  /** One for each check: what the library waits for, it waits for by blocking. */
  private static final ExecutorService THREADS =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("jwt-", 0).factory());

  /** How long a token waits for keys that have not been read yet, in milliseconds. */
  private static final long WAIT_MS = 2_000;

  private final Vertx vertx;
  private final List<Accepted> accepted;
  private final RefusalLog refusals;

  private record Accepted(JwtIssuer issuer, IssuerKeys keys, TokenVerifier verifier) {}

  /**
   * Accepts the tokens of these issuers, in this order.
   *
   * @param files folder of the files they name
   * @param egress the way to them
   */
  public JwtIdentity(
      Vertx vertx, List<JwtIssuer> issuers, Path files, Egress egress, InstantSource clock) {
    this.vertx = vertx;
    this.refusals = new RefusalLog(clock);
    this.accepted =
        issuers.stream().map(one -> accepted(vertx, one, files, egress, clock)).toList();
  }

  private static Accepted accepted(
      Vertx vertx, JwtIssuer issuer, Path files, Egress egress, InstantSource clock) {
    IssuerKeys keys = new IssuerKeys(vertx, issuer, files, egress, THREADS);
    return new Accepted(issuer, keys, new TokenVerifier(issuer, keys, clock));
  }

  /** The issuers it was made with. */
  public List<JwtIssuer> issuers() {
    return accepted.stream().map(Accepted::issuer).toList();
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
    List<Accepted> ofIssuer =
        accepted.stream().filter(one -> one.issuer().issuer().equals(text.issuer())).toList();
    if (ofIssuer.isEmpty()) {
      // Every device token comes this way.
      LOG.debug("a token is of an issuer that is not among those of gateway.auth.jwt");
      return unknown(AuthFailure.TOKEN_NOT_TRUSTED);
    }
    return ofIssuer.stream()
        .filter(one -> one.issuer().audiences().stream().anyMatch(text::isFor))
        .findFirst()
        .map(one -> check(one, text))
        .orElseGet(
            () ->
                Future.succeededFuture(
                    refused(ofIssuer.getFirst().issuer(), "it is for another audience")));
  }

  @Override
  public boolean stands(String credentialId) {
    return accepted.stream().anyMatch(one -> one.issuer().stands(credentialId));
  }

  @Override
  public String method() {
    return "jwt";
  }

  /** Lets go of connections to issuers; their keys are not asked for any more. */
  public void close() {
    accepted.forEach(one -> one.keys().close());
  }

  /** Verified on a thread of its own, since keys may have to be read first. */
  private Future<Verdict> check(Accepted accepted, JwtText text) {
    JwtIssuer issuer = accepted.issuer();
    if (!issuer.algorithms().contains(text.algorithm())) {
      return Future.succeededFuture(refused(issuer, "its algorithm is not among those allowed"));
    }
    if (text.expiresAt() == 0) {
      return Future.succeededFuture(refused(issuer, "it does not say when it expires"));
    }
    Promise<Verdict> verdict = ((VertxInternal) vertx).promise();
    THREADS.execute(() -> verdict.complete(verified(accepted, text)));
    return accepted.keys().areKnown()
        ? verdict.future()
        : verdict
            .future()
            .timeout(WAIT_MS, TimeUnit.MILLISECONDS)
            .recover(late -> Future.succeededFuture(undecided(issuer)));
  }

  private static Verdict undecided(JwtIssuer issuer) {
    return new Verdict.Undecided("the keys of issuer " + issuer.name());
  }

  private Verdict verified(Accepted accepted, JwtText text) {
    JwtIssuer issuer = accepted.issuer();
    try {
      accepted.verifier().verify(text.signed());
      return user(issuer, text);
    } catch (KeySourceException e) {
      return undecided(issuer);
    } catch (ExpiredJWTException e) {
      return rejected(AuthFailure.TOKEN_EXPIRED);
    } catch (BadJWSException | BadJWTException | JOSEException | RuntimeException e) {
      // What is thrown at a token, however odd it is, is a refusal like any other.
      return refused(issuer, "its signature is wrong, or its time has not come");
    } catch (BadJOSEException e) {
      return refused(issuer, "it is signed with a key the issuer does not have");
    }
  }

  private Verdict user(JwtIssuer issuer, JwtText text) {
    JsonNode claim = ScopeGrant.find(text.claims(), issuer.userClaim());
    String user = claim.asText("").strip();
    if (!AllowedUsers.isName(user) || !issuer.users().allows(user)) {
      refusals.refused(issuer.name(), "names nobody who is allowed");
      return rejected(AuthFailure.VERIFIED_USER_REQUIRED);
    }
    return new Verdict.Known(
        new Credential(
            issuer.credentialId(user),
            issuer.name() + ":" + user,
            issuer.grant().of(text.claims()),
            issuer.roles(),
            issuer.pairs(),
            (text.expiresAt() + TokenVerifier.LEEWAY_SECONDS) * 1000));
  }

  private Verdict refused(JwtIssuer issuer, String why) {
    refusals.refused(issuer.name(), "is refused: " + why);
    return rejected(AuthFailure.TOKEN_NOT_TRUSTED);
  }

  /** It is no device token either, and nobody's guess. */
  private static Verdict rejected(AuthFailure failure) {
    return new Verdict.Unknown(failure, true);
  }

  private static Future<Verdict> unknown(AuthFailure failure) {
    return Future.succeededFuture(new Verdict.Unknown(failure, false));
  }
}
