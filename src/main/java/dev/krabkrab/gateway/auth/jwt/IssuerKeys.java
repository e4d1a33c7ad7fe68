package dev.krabkrab.gateway.auth.jwt;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the keys of one issuer: reads them when first needed, again now and then while they are
 * used, and at once, but not often, when a token names one that is not among them. What was read
 * counts for a day when the issuer cannot be reached. For any thread.
 */
final class IssuerKeys {
  /** Keys are read again after this time, in the background. */
  private static final long REFRESH_MS = 600_000;

  /** And not relied on after this. */
  private static final long STALE_MS = 86_400_000;

  /** Whoever invents names of keys does not make the gateway ask for each. */
  private static final long PAUSE_MS = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  private final Vertx vertx;
  private final JwtIssuer issuer;
  private final KeyFetch fetch;
  private final InstantSource clock;

  private @Nullable KeySet keys;
  private long readAtMs;
  private long askedAtMs;
  private boolean reachable = true;
  private @Nullable Future<KeySet> asking;

  IssuerKeys(Vertx vertx, JwtIssuer issuer, Path files, InstantSource clock) {
    this.vertx = vertx;
    this.issuer = issuer;
    this.fetch = new KeyFetch(vertx, issuer.keys(), files);
    this.clock = clock;
  }

  JwtIssuer issuer() {
    return issuer;
  }

  /**
   * The keys to check a token with that names this one; it may be that they do not have it.
   *
   * @return on the caller's context; fails when it cannot be known whether there is such a key
   */
  Future<KeySet> forKey(String kid) {
    Promise<KeySet> here = ((VertxInternal) vertx).promise();
    find(kid).onComplete(here);
    return here.future();
  }

  private synchronized Future<KeySet> find(String kid) {
    long now = clock.millis();
    KeySet known = now - readAtMs < STALE_MS ? keys : null;
    if (known != null && known.has(kid)) {
      if (now - readAtMs >= REFRESH_MS && now - askedAtMs >= PAUSE_MS) {
        ask(now);
      }
      return Future.succeededFuture(known);
    }
    if (asking != null) {
      return asking;
    }
    if (now - askedAtMs < PAUSE_MS) {
      return known != null && reachable
          ? Future.succeededFuture(known)
          : Future.failedFuture("its keys could not be read just now");
    }
    return ask(now);
  }

  void close() {
    fetch.close();
  }

  private Future<KeySet> ask(long now) {
    askedAtMs = now;
    Future<KeySet> answer =
        fetch
            .read()
            .map(set -> KeySet.of(vertx, issuer, set))
            .onComplete(done -> settle(done, now));
    asking = answer.isComplete() ? null : answer;
    return answer;
  }

  private synchronized void settle(AsyncResult<KeySet> done, long now) {
    asking = null;
    reachable = done.succeeded();
    if (done.succeeded()) {
      keys = done.result();
      readAtMs = now;
    } else {
      LOG.warn(
          "the keys of issuer {} cannot be read: {}", issuer.name(), done.cause().getMessage());
    }
  }
}
