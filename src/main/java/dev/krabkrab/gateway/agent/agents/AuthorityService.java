package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.access.auth.CredentialStanding;
import dev.krabkrab.gateway.access.pairing.DeviceRightsService;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.InstantSource;

/**
 * Checks whether an authority is still in force, where it is used: what somebody was allowed at his
 * request is not what he is allowed when the work is done. For one context. Fails closed.
 */
public final class AuthorityService {
  private final DeviceRightsService devices;
  private final CredentialStanding credentials;
  private final InstantSource clock;

  private AuthorityService(
      DeviceRightsService devices, CredentialStanding credentials, InstantSource clock) {
    this.devices = devices;
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * One that hears of devices that lose something; for the calling context.
   *
   * @param credentials whether named tokens, users and people in channels are what they were
   */
  public static AuthorityService open(
      Platform platform, RedisLink link, CredentialStanding credentials) {
    return new AuthorityService(
        DeviceRightsService.open(platform, link), credentials, platform.clock());
  }

  /** What the settings and the clock say of it, without asking anybody. */
  public boolean mayStand(Authority authority) {
    Grounds on = authority.grounds();
    return clock.millis() < on.expiresAtMs()
        && (on.credential() == null || credentials.mayStand(on.credential()));
  }

  /**
   * Asks for it.
   *
   * @return fails with {@link ToolForbiddenException} when it is in force no more
   */
  public Future<Void> require(Authority authority) {
    return stands(authority)
        .compose(
            still ->
                still
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new ToolForbiddenException(
                            "whoever asked for this has lost the right to it; ask again")));
  }

  private Future<Boolean> stands(Authority authority) {
    if (!mayStand(authority)) {
      return Future.succeededFuture(false);
    }
    Grounds on = authority.grounds();
    String device = on.deviceId();
    Future<Boolean> credential =
        on.credential() == null
            ? Future.succeededFuture(true)
            : credentials.stands(on.credential());
    return device == null
        ? credential
        : credential.compose(
            good -> good ? devices.stand(device, on.generation()) : Future.succeededFuture(false));
  }
}
