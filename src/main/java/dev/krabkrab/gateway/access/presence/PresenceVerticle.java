package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves the methods of presence and follows connections. Deployed before the membership starts;
 * complete when this instance shows in the list. Protocol 01d §10.
 */
public final class PresenceVerticle extends FeatureVerticle {
  private final GatewayFacts facts;
  private final Function<RedisLink, SystemEventQueue> events;
  private @Nullable PresenceService service;

  /**
   * @param facts what this instance tells about itself
   * @param events makes the queue that takes what agents are notified of, over this verticle's link
   */
  public PresenceVerticle(
      Platform platform, GatewayFacts facts, Function<RedisLink, SystemEventQueue> events) {
    super(platform);
    this.facts = facts;
    this.events = events;
  }

  @Override
  protected void open(RedisLink link) {
    PresenceService opened =
        new PresenceService(
            vertx,
            link,
            platform,
            LocalAudience.of(platform.broadcaster(), platform.connections()::count),
            events.apply(link));
    platform.bus().serve(new PresenceMethods(opened).handlers());
    service = opened;
  }

  @Override
  protected Future<?> begin() {
    return service().start(facts);
  }

  /** The presence of this instance, once it is deployed. */
  public PresenceService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
