package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.access.presence.LocalAudience;
import dev.krabkrab.gateway.access.presence.PresenceService;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves {@code health} and {@code status}. Protocol 03 §1, §2. */
public final class HealthVerticle extends FeatureVerticle {
  private final PresenceService presence;
  private final Supplier<HeartbeatSettings> heartbeat;
  private final List<HealthContributor> contributors;
  private @Nullable HealthService service;

  /**
   * @param presence counts the versions that events carry
   * @param contributors the features that take part
   */
  public HealthVerticle(
      Platform platform,
      PresenceService presence,
      Supplier<HeartbeatSettings> heartbeat,
      List<HealthContributor> contributors) {
    super(platform);
    this.presence = presence;
    this.heartbeat = heartbeat;
    this.contributors = List.copyOf(contributors);
  }

  @Override
  protected void open(RedisLink link) {
    SystemEventService events = new SystemEventService(link);
    HealthService opened =
        new HealthService(
            vertx,
            link,
            platform,
            LocalAudience.of(platform.broadcaster(), platform.connections()::count),
            presence,
            new HealthSources(
                heartbeat, () -> events.peek(heartbeat.get().mainSession()), contributors));
    platform.bus().serve(new HealthMethods(opened).handlers());
    service = opened;
  }

  @Override
  protected Future<?> begin() {
    service().start(vertx, platform.backplane());
    return Future.succeededFuture();
  }

  /** The health of this instance, once it is deployed. */
  public HealthService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
