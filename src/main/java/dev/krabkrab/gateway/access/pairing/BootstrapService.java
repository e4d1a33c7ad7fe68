package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.auth.BootstrapToken;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scope;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One-time tokens: whoever may approve devices gives one away beforehand, and one new device gets
 * in with it while nobody is there to approve. Each is one device's, cluster-wide, from the moment
 * it is shown first. Fails closed. For one event loop.
 */
public final class BootstrapService {
  /** The shortest and the longest life. */
  public static final Duration SHORTEST = Duration.ofMinutes(1);

  public static final Duration LONGEST = Duration.ofHours(24);

  private final BootstrapStore store;
  private final PairedStore devices;
  private final RandomGenerator random;

  /**
   * @param random must be cryptographically strong
   */
  public BootstrapService(RedisLink redis, RandomGenerator random) {
    this.store = new BootstrapStore(redis);
    this.devices = new PairedStore(redis);
    this.random = random;
  }

  /**
   * A token that was made.
   *
   * @param text shown once, stored nowhere
   */
  public record Made(String text, Role role, List<String> scopes, long expiresAtMs) {
    @Override
    public String toString() {
      return "Made[" + role + "]";
    }
  }

  /**
   * The rights that a token grants its device.
   *
   * @param scopes the most it may have
   * @param makerCredential id of the named token its maker came with, empty without one
   */
  public record Grant(BootstrapProof voucher, List<String> scopes, String makerCredential) {}

  /**
   * Makes one that grants no more than its maker holds.
   *
   * @param credential id of the named token its maker came with
   * @param ttl of its life, from {@link #SHORTEST} to {@link #LONGEST}
   */
  public Future<ManagementResult<Made>> make(
      Role role, List<String> scopes, Duration ttl, Approver by, @Nullable String credential) {
    if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
      return Future.failedFuture(new IllegalArgumentException("life out of range"));
    }
    List<String> granted = Scopes.sorted(scopes);
    Optional<String> lacking = Scopes.firstMissing(by.scopes(), granted);
    if (lacking.isPresent() && !by.isAdmin()) {
      return Future.succeededFuture(new ManagementResult.Missing<>(lacking.get()));
    }
    String maker = by.deviceId() == null ? "" : by.deviceId();
    return mayStillGive(maker, granted)
        .compose(
            may ->
                may
                    ? make(role, granted, ttl, maker, credential == null ? "" : credential)
                        .map(ManagementResult.Done::new)
                    : Future.succeededFuture(new ManagementResult.Unknown<>()));
  }

  private Future<Made> make(
      Role role, List<String> scopes, Duration ttl, String maker, String credential) {
    String text = BootstrapToken.fresh(random);
    return store
        .make(BootstrapToken.hash(text), role.wire(), scopes, maker, credential, ttl.toMillis())
        .map(expires -> new Made(text, role, scopes, expires));
  }

  /**
   * Shows a token for a device whose key is verified.
   *
   * @return empty when it is wrong, expired, another device's, for another role, or made by
   *     somebody who may not do so any more; nobody learns which
   */
  public Future<Optional<Grant>> claim(String text, Role role, String deviceId) {
    String hash = BootstrapToken.hash(text);
    return store
        .claim(hash, role.wire(), deviceId)
        .compose(
            claimed ->
                claimed.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : mayStillGive(claimed.get().by(), claimed.get().scopes())
                        .map(
                            may ->
                                may ? Optional.of(grant(hash, claimed.get())) : Optional.empty()));
  }

  private static Grant grant(String hash, BootstrapStore.Claimed claimed) {
    return new Grant(
        new BootstrapProof(hash, claimed.lifeMs(), claimed.madeAtMs(), claimed.by()),
        claimed.scopes(),
        claimed.credential());
  }

  /** Who was revoked leaves no way in behind. */
  private Future<Boolean> mayStillGive(String maker, List<String> scopes) {
    return maker.isEmpty()
        ? Future.succeededFuture(true)
        : devices
            .find(maker)
            .map(found -> found.map(device -> mayGive(device, scopes)).orElse(false));
  }

  private static boolean mayGive(PairedDevice maker, List<String> scopes) {
    List<String> held = maker.scopesAs(Role.OPERATOR.wire());
    return Scopes.covers(held, Scope.PAIRING) && Scopes.firstMissing(held, scopes).isEmpty();
  }
}
