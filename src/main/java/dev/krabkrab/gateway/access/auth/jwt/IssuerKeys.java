package dev.krabkrab.gateway.access.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.Key;
import java.security.spec.InvalidKeySpecException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The cached keys of one issuer: read when first needed, again in the background once they are ten
 * minutes old and used, and at once, but at most twice in five seconds, when a token names one that
 * is not among them. What was read counts for a day when the issuer cannot be reached. Selecting
 * keys may block: never on an event loop. Of the tokens that name an unknown key one at a time
 * waits until the keys are read again; whoever only waits takes the place of those who need not.
 */
final class IssuerKeys implements JWSKeySelector<SecurityContext> {
  private static final long REFRESH_MS = 600_000;
  private static final long STALE_MS = 86_400_000;

  /** Whoever invents names of keys does not make the gateway ask for each. */
  private static final long PAUSE_MS = 5_000;

  private final PublishedKeys published;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final JWKSource<SecurityContext> source;

  IssuerKeys(Vertx vertx, JwtIssuer issuer, Path files, Egress egress, ExecutorService background) {
    this.published = new PublishedKeys(vertx, issuer, files, egress);
    this.source =
        JWKSourceBuilder.create(published)
            .cache(STALE_MS, 2 * PublishedKeys.TIMEOUT_MS)
            .refreshAheadCache(STALE_MS - REFRESH_MS, null, background, false, null, false)
            .rateLimited(PAUSE_MS)
            .build();
  }

  /**
   * The keys that can have signed a token with this header; none when the issuer has none such.
   *
   * @throws KeySourceException when it cannot be known whether there is such a key
   */
  @Override
  public List<Key> selectJWSKeys(JWSHeader header, @Nullable SecurityContext context)
      throws KeySourceException {
    JWKSelector selector = new JWKSelector(matcher(header));
    JWKSet latest = published.latest();
    if (latest == null || !selector.select(latest).isEmpty()) {
      return select(selector, context);
    }
    if (!looking.compareAndSet(false, true)) {
      throw new KeySourceException("its keys are being read");
    }
    try {
      return select(selector, context);
    } finally {
      looking.set(false);
    }
  }

  private List<Key> select(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    try {
      return source.get(selector, context).stream()
          .map(IssuerKeys::javaKey)
          .flatMap(Optional::stream)
          .toList();
    } catch (RateLimitReachedException e) {
      if (published.isReachable()) {
        return List.of();
      }
      throw e;
    }
  }

  /** Whether they have been read, so that a token of a known key waits for nothing. */
  boolean areKnown() {
    return published.latest() != null;
  }

  /** Empty for a key that has the form of one and is none. */
  private static Optional<Key> javaKey(JWK key) {
    try {
      return Optional.of(
          key instanceof OctetKeyPair edwards
              ? EdDsaVerifier.key(edwards)
              : ((AsymmetricJWK) key).toPublicKey());
    } catch (InvalidKeySpecException | JOSEException e) {
      return Optional.empty();
    }
  }

  void close() {
    published.close();
  }

  /** A key without a name may have signed any token. */
  private static JWKMatcher matcher(JWSHeader header) {
    String kid = header.getKeyID();
    JWKMatcher.Builder matcher = new JWKMatcher.Builder(JWKMatcher.forJWSHeader(header));
    return kid == null || kid.isEmpty()
        ? matcher.keyID(null).build()
        : matcher.keyIDs(kid, null).build();
  }
}
