package dev.krabkrab.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cluster.Backplane;
import dev.krabkrab.gateway.cluster.Membership;
import dev.krabkrab.gateway.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.EncodedEvent;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.sessions.SessionRules;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One instance of the cluster, with everything of presence but sockets. */
final class TestInstance implements AutoCloseable {
  private static final HeartbeatSettings HEARTBEAT =
      HeartbeatSettings.of(Json.object(), SessionRules.of(Json.object()));
  static final String DEVICE = "d0".repeat(32);

  final String name;
  final List<JsonNode> events = new CopyOnWriteArrayList<>();
  final PresenceRoom room;
  final Backplane backplane;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private volatile int connections = 1;

  TestInstance(String name, RedisSettings settings, InstantSource clock) {
    this.name = name;
    this.backplane =
        onContext(() -> Backplane.join(vertx, name, settings, () -> UUID.randomUUID().toString()));
    this.room =
        onContext(
            () ->
                PresenceRoom.open(
                    vertx,
                    settings,
                    backplane,
                    new Membership(vertx, backplane),
                    audience(),
                    new GatewayFacts(
                        "host-" + name, "10.0.0.1", "1.0.0", "linux 6", "Linux", "x64"),
                    () -> HEARTBEAT,
                    clock));
  }

  Vertx vertx() {
    return vertx;
  }

  PresenceService presence() {
    return room.presence();
  }

  void claimsConnections(int count) {
    connections = count;
  }

  Caller connect(String device, String role, String host, String... scopes) {
    return connect(caller(device, role, host, "test", scopes));
  }

  Caller connect(Caller caller) {
    get(presence().connecting(caller, Json.object()));
    return caller;
  }

  static Caller caller(
      @Nullable String device, String role, String host, String mode, String... scopes) {
    return new Caller(
        UUID.randomUUID().toString(),
        ProtocolVersion.V3,
        role,
        Set.of(scopes),
        device,
        "test-client",
        mode,
        host,
        "9.9.9",
        "linux",
        null,
        null,
        "inst-1",
        Set.of(),
        null,
        true,
        0,
        null);
  }

  /** What {@code system-presence} answers. */
  JsonNode list() {
    return tree(onContext(() -> presence().current(false)).utf8());
  }

  /** The entries of a device, as this instance shows them. */
  List<JsonNode> rows(String device) {
    return stream(list()).filter(e -> device.equals(e.path("deviceId").asText())).toList();
  }

  void systemEvent(String text, JsonNode params) {
    onContext(() -> presence().systemEvent(text, Json.parseObject(params.toString())));
  }

  List<JsonNode> events(EventType type) {
    return events.stream().filter(e -> e.path("event").asText().equals(type.wire())).toList();
  }

  List<Long> presenceVersions() {
    List<Long> versions = new ArrayList<>();
    events(EventType.PRESENCE).forEach(e -> versions.add(e.at("/stateVersion/presence").asLong()));
    return versions;
  }

  <T> T onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(turn -> work.get().onComplete(promise));
    return get(promise.future());
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static JsonNode tree(byte[] utf8) {
    return Json.parseObject("{\"v\":" + new String(utf8, StandardCharsets.UTF_8) + "}").get("v");
  }

  /** Ends like a killed process: nothing is said, nothing is cleaned. */
  @Override
  public void close() {
    get(vertx.close());
  }

  private LocalAudience audience() {
    return new LocalAudience() {
      @Override
      public void tell(EncodedEvent event) {
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
