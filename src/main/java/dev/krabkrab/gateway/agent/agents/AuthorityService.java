package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.access.pairing.DeviceRightsService;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.function.Predicate;

/**
 * Whether an authority is in force still, looked up where it is used: what somebody was allowed
 * when he asked is not what he is allowed when the work is done. For one context. Fails closed.
 */
public final class AuthorityService {
  private final DeviceRightsService devices;
  private final Predicate<String> credentials;
  private final InstantSource clock;

  private AuthorityService(
      DeviceRightsService devices, Predicate<String> credentials, InstantSource clock) {
    this.devices = devices;
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * One that hears of devices that lose something; for the calling context.
   *
   * @param credentials whether a named token or user is in the settings as it was, by its id
   */
  public static AuthorityService open(
      Platform platform, RedisLink link, Predicate<String> credentials) {
    return new AuthorityService(
        DeviceRightsService.open(platform, link), credentials, platform.clock());
  }

  /** What the settings and the clock say of it, without asking anybody. */
  public boolean mayStand(Authority authority) {
    Grounds on = authority.grounds();
    return clock.millis() < on.expiresAtMs()
        && (on.credential() == null || credentials.test(on.credential()));
  }

  /**
   * Asks for it.
   *
   * @return fails with {@link ToolForbiddenException} when it is in force no more
   */
  public Future<Void> require(Authority authority) {
    String device = authority.grounds().deviceId();
    Future<Boolean> stands =
        !mayStand(authority)
            ? Future.succeededFuture(false)
            : device == null
                ? Future.succeededFuture(true)
                : devices.stand(device, authority.grounds().generation());
    return stands.compose(
        still ->
            still
                ? Future.succeededFuture()
                : Future.failedFuture(
                    new ToolForbiddenException(
                        "whoever asked for this has lost the right to it; ask again")));
  }
}
