package dev.krabkrab.gateway.agent.sessions;

import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Serves {@code sessions.*}, over a connection of its own: long reads hold up nobody else. Protocol
 * 04 §16, 05 §12.
 */
public final class SessionVerticle extends FeatureVerticle {
  private static final Set<String> WRITE = Set.of("operator.write");

  private final ConversationEvents events;

  /**
   * @param events tells of changes
   */
  public SessionVerticle(Platform platform, ConversationEvents events) {
    super(platform);
    this.events = events;
  }

  @Override
  protected void open(RedisLink link) {
    Supplier<SessionRules> rules = platform.section(SessionRules::of);
    SessionService sessions = new SessionService(link, rules, platform.ids(), platform.clock());
    platform
        .bus()
        .serve(
            new SessionMethods(
                    sessions,
                    this::endRuns,
                    (key, reason) -> events.changed(key, Json.object().put("reason", reason)),
                    new ConnectionSubscriptions(platform.connections()))
                .handlers());
  }

  private Future<?> endRuns(String key) {
    Caller inside = Caller.inside("sessions", "gateway-sessions", WRITE, platform.clock().millis());
    return platform
        .calls()
        .call("chat.abort", inside, Json.object().put("sessionKey", key), () -> true);
  }
}
