package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.access.handshake.ServerFacts;
import dev.krabkrab.gateway.access.presence.PresenceService;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.StateVersion;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The part of hello-ok about this instance; the parts that never change are encoded once. */
public final class ServerStatus implements ServerFacts {
  private final String version;
  private final String host;
  private final JsonText features;
  private final PresenceService presence;
  private final HealthService health;
  private final Supplier<SessionRules> sessions;
  private final InstantSource clock;
  private final long startedAtMs;

  /**
   * @param version release of this gateway
   */
  public ServerStatus(
      String version, Platform platform, PresenceService presence, HealthService health) {
    this.version = version;
    this.host = platform.instance();
    this.presence = presence;
    this.health = health;
    this.sessions = platform.section(SessionRules::of);
    this.clock = platform.clock();
    this.startedAtMs = clock.millis();
    var json = Json.object();
    json.set("methods", Json.texts(platform.bus().listed()));
    json.set("events", Json.texts(EventType.names()));
    this.features = JsonText.of(json);
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  public JsonText features() {
    return features;
  }

  @Override
  public JsonText presence() {
    return presence.snapshot();
  }

  @Override
  public JsonText health() {
    return health.snapshot();
  }

  @Override
  public JsonText sessionDefaults() {
    return JsonText.of(sessions.get().toJson());
  }

  @Override
  public StateVersion stateVersion() {
    return presence.stateVersion();
  }

  @Override
  public long uptimeMs() {
    return clock.millis() - startedAtMs;
  }
}
