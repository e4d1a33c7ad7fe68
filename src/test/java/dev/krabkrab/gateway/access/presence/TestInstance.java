package dev.krabkrab.gateway.access.presence;

import static dev.krabkrab.gateway.platform.Async.get;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One instance of the cluster, with everything of presence but sockets. */
public final class TestInstance extends PlatformInstance {
  public static final String DEVICE = "d0".repeat(32);

  final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final PresenceService presence;
  private volatile int connections = 1;

  public TestInstance(String name, RedisSettings settings, InstantSource clock) {
    super(name, settings, clock, Json.object());
    this.presence = on(this::opened);
  }

  private Future<PresenceService> opened() {
    SystemEventService events = new SystemEventService(link());
    PresenceService opened =
        new PresenceService(
            vertx(),
            link(),
            platform(),
            audience(),
            (text, brief, about) -> events.enqueue("agent:main:main", text, brief, about));
    return opened
        .start(new GatewayFacts("host-" + name(), "10.0.0.1", "1.0.0", "linux 6", "Linux", "x64"))
        .map(opened);
  }

  public PresenceService presence() {
    return presence;
  }

  void claimsConnections(int count) {
    connections = count;
  }

  public Caller connect(String device, String role, String host, String... scopes) {
    return connect(caller(device, role, host, "test", scopes));
  }

  Caller connect(Caller caller) {
    get(presence().connecting(caller, Json.object()));
    return caller;
  }

  static Caller caller(
      @Nullable String device, String role, String host, String mode, String... scopes) {
    return Callers.operator(scopes)
        .role(role)
        .device(device)
        .client("test-client", mode, "9.9.9")
        .named(host)
        .instance("inst-1")
        .make();
  }

  /** What {@code system-presence} answers. */
  JsonNode list() {
    return tree(on(() -> presence().current(false)).utf8());
  }

  /** The entries of a device, as this instance shows them. */
  List<JsonNode> rows(String device) {
    return stream(list()).filter(e -> device.equals(e.path("deviceId").asText())).toList();
  }

  public void systemEvent(String text, JsonNode params) {
    on(() -> presence().systemEvent(text, Json.parseObject(params.toString())));
  }

  public List<JsonNode> events(EventType type) {
    return events.stream().filter(e -> e.path("event").asText().equals(type.wire())).toList();
  }

  List<Long> presenceVersions() {
    List<Long> versions = new ArrayList<>();
    events(EventType.PRESENCE).forEach(e -> versions.add(e.at("/stateVersion/presence").asLong()));
    return versions;
  }

  static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  public static JsonNode tree(byte[] utf8) {
    return Json.parseObject("{\"v\":" + new String(utf8, StandardCharsets.UTF_8) + "}").get("v");
  }

  public LocalAudience audience() {
    return new LocalAudience() {
      @Override
      public void send(EncodedEvent event) {
        String head = new String(event.head(ProtocolVersion.V3), StandardCharsets.UTF_8);
        events.add(Json.parseObject(head + "}"));
      }

      @Override
      public int size() {
        return connections;
      }
    };
  }
}
