package dev.krabkrab.gateway.presence;

import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Presence and health of one instance, sharing one context and one Redis link.
 *
 * @param presence follows connections; its list goes into hello-ok
 * @param health its object goes into hello-ok
 * @param handlers the methods of presence and health, to be served from the context that opened it
 */
public record PresenceRoom(
    PresenceService presence, HealthService health, Map<String, MethodHandler> handlers) {

  /**
   * Opens the room on the calling context; complete when this instance shows in the list. Call it
   * before the membership starts.
   */
  public static Future<PresenceRoom> open(
      Vertx vertx,
      RedisSettings settings,
      Backplane backplane,
      Membership membership,
      LocalAudience audience,
      GatewayFacts facts,
      Supplier<HeartbeatSettings> heartbeat,
      InstantSource clock) {
    RedisLink link = RedisLink.create(vertx, settings);
    StateVersions versions = new StateVersions();
    PresenceStore store = new PresenceStore(link, versions);
    SystemEventService events = new SystemEventService(link);
    PresenceService presence =
        new PresenceService(
            vertx,
            store,
            versions,
            new RedisTime(clock),
            backplane,
            membership,
            audience,
            events,
            () -> heartbeat.get().mainSession());
    HealthService health =
        new HealthService(
            store,
            versions,
            presence::stateVersion,
            membership,
            audience,
            events,
            () -> heartbeat.get().mainSession(),
            clock,
            new HealthReport(settings.namespace(), heartbeat),
            vertx);
    PresenceRoom room = new PresenceRoom(presence, health, handlers(presence, health));
    return link.ready()
        .compose(ready -> presence.start(facts))
        .map(
            started -> {
              health.start(vertx, backplane);
              return room;
            });
  }

  private static Map<String, MethodHandler> handlers(
      PresenceService presence, HealthService health) {
    Map<String, MethodHandler> all = new HashMap<>(new PresenceMethods(presence).handlers());
    all.putAll(new HealthMethods(health).handlers());
    return Map.copyOf(all);
  }
}
