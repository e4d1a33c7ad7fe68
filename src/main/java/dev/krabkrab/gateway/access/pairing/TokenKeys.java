package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.DeviceTokens;
import dev.krabkrab.gateway.access.auth.SigningKeys;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Signs and reads device tokens with the keys all instances share. Keys are cached; a token that
 * names an unknown key makes it look again, at most once a second, since anybody can send one. For
 * one event loop.
 */
public final class TokenKeys {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final int SECRET_BYTES = 32;

  private final Vertx vertx;
  private final SigningKeyStore store;
  private final Ids ids;
  private final RandomGenerator random;
  private final InstantSource clock;
  private @Nullable DeviceTokens tokens;
  private Instant lookedAt = Instant.MIN;

  /**
   * Uses the link's namespace.
   *
   * @param random must be cryptographically strong
   */
  public TokenKeys(
      Vertx vertx, RedisLink redis, Ids ids, RandomGenerator random, InstantSource clock) {
    this.vertx = vertx;
    this.store = new SigningKeyStore(redis);
    this.ids = ids;
    this.random = random;
    this.clock = clock;
  }

  /** The name of the key for new tokens. */
  Future<String> currentKid() {
    return tokens().map(known -> known.keys().currentKid());
  }

  /** The text of a token. */
  Future<String> issue(DeviceTokens.Claims claims) {
    return tokens()
        .compose(known -> known.knows(claims.kid()) ? Future.succeededFuture(known) : look())
        .map(known -> known.issue(claims));
  }

  /** The claims of a token text that one of the keys signed; else empty. */
  Future<Optional<DeviceTokens.Claims>> parse(String token) {
    Optional<String> kid = DeviceTokens.kid(token);
    if (kid.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return tokens()
        .compose(
            known ->
                known.knows(kid.get()) || clock.instant().isBefore(lookedAt.plus(LOOK_AGAIN))
                    ? Future.succeededFuture(known)
                    : look())
        .map(known -> known.parse(token));
  }

  /** Makes a new key for new tokens; the older ones stay good for the tokens they signed. */
  public Future<Void> rotate() {
    return tokens()
        .compose(
            known -> {
              SigningKeys.Key fresh = freshKey();
              var keys = new ArrayList<>(known.keys().keys());
              keys.add(fresh);
              return store.replace(known.keys(), new SigningKeys(fresh.kid(), keys));
            })
        .map(this::use)
        .mapEmpty();
  }

  private Future<DeviceTokens> tokens() {
    DeviceTokens known = tokens;
    return known != null ? Future.succeededFuture(known) : look();
  }

  /** Should Redis have lost the keys, the ones known here become those of everybody again. */
  private Future<DeviceTokens> look() {
    lookedAt = clock.instant();
    DeviceTokens known = tokens;
    SigningKeys.Key fresh = freshKey();
    return store
        .load(known != null ? known.keys() : new SigningKeys(fresh.kid(), List.of(fresh)))
        .map(this::use);
  }

  private DeviceTokens use(SigningKeys keys) {
    DeviceTokens known = tokens;
    if (known != null && known.keys().equals(keys)) {
      return known;
    }
    var made = new DeviceTokens(vertx, keys);
    tokens = made;
    return made;
  }

  private SigningKeys.Key freshKey() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new SigningKeys.Key(
        ids.uuid().substring(0, 8), Base64.getEncoder().encodeToString(secret));
  }
}
