package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.handshake.ServerFacts;
import dev.krabkrab.gateway.presence.HealthService;
import dev.krabkrab.gateway.presence.PresenceService;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.protocol.StateVersion;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.sessions.SessionRules;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What hello-ok tells about this instance; the parts that never change are encoded once. */
final class ServerStatus implements ServerFacts {
  private final String version;
  private final String host;
  private final JsonText features;
  private final PresenceService presence;
  private final HealthService health;
  private final Supplier<SessionRules> sessions;
  private final InstantSource clock;
  private final long startedAtMs;

  ServerStatus(
      String version,
      String host,
      MethodBus bus,
      PresenceService presence,
      HealthService health,
      Supplier<SessionRules> sessions,
      InstantSource clock) {
    this.version = version;
    this.host = host;
    this.presence = presence;
    this.health = health;
    this.sessions = sessions;
    this.clock = clock;
    this.startedAtMs = clock.millis();
    var json = Json.object();
    json.set("methods", Json.texts(bus.listed()));
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
