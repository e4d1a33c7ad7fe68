package dev.krabkrab.gateway.access.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key set of one issuer as it is published now. Reading it blocks, for {@value #TIMEOUT_MS} ms
 * at most: never on an event loop.
 */
final class PublishedKeys implements JWKSetSource<SecurityContext> {
  /** Longer than both requests, for the discovery document and for the set. */
  static final long TIMEOUT_MS = 2L * KeyFetch.TIMEOUT_MS + 1_000;

  private static final Set<String> KINDS = Set.of("RSA", "EC", "OKP");
  private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);

  private final JwtIssuer issuer;
  private final KeyFetch fetch;
  private volatile boolean reachable = true;
  private volatile @Nullable JWKSet latest;

  PublishedKeys(Vertx vertx, JwtIssuer issuer, Path files, Egress egress) {
    this.issuer = issuer;
    this.fetch = new KeyFetch(vertx, issuer.keys(), files, egress);
  }

  /** Whether the last attempt to read it was a success. */
  boolean isReachable() {
    return reachable;
  }

  /** What was read last, or null before the first success. */
  @Nullable JWKSet latest() {
    return latest;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator why, long now, @Nullable SecurityContext context)
      throws JWKSetUnavailableException {
    try {
      JsonNode set =
          fetch
              .read()
              .toCompletionStage()
              .toCompletableFuture()
              .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
      reachable = true;
      JWKSet read = new JWKSet(usable(set));
      latest = read;
      return read;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (ExecutionException e) {
      throw unavailable(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void close() {
    fetch.close();
  }

  private JWKSetUnavailableException unavailable(Throwable cause) {
    reachable = false;
    LOG.warn("the keys of issuer {} cannot be read: {}", issuer.name(), cause.getMessage());
    return new JWKSetUnavailableException("its keys could not be read", cause);
  }

  /** Those that may sign tokens of the issuer; what nobody here can read is passed over. */
  private List<JWK> usable(JsonNode set) {
    List<JWK> keys = new ArrayList<>();
    for (JsonNode key : set.path("keys")) {
      if (isUsable(key)) {
        try {
          keys.add(JWK.parse(key.toString()));
        } catch (ParseException | IllegalArgumentException e) {
          LOG.debug("a key of issuer {} is passed over: {}", issuer.name(), e.getMessage());
        }
      }
    }
    return keys;
  }

  private boolean isUsable(JsonNode key) {
    return KINDS.contains(key.path("kty").asText())
        && key.path("use").asText("sig").equals("sig")
        && (!key.has("alg") || issuer.algorithms().contains(key.path("alg").asText()));
  }
}
