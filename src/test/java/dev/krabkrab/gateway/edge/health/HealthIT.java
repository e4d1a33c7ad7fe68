package dev.krabkrab.gateway.edge.health;

import static dev.krabkrab.gateway.access.presence.TestInstance.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.presence.TestInstance;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatSettings;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthIT {
  private final RedisSettings settings = TestRedis.settings();
  private final List<TestInstance> instances = new ArrayList<>();
  private final Map<TestInstance, HealthService> services = new HashMap<>();

  @AfterEach
  void stop() {
    instances.forEach(TestInstance::close);
  }

  @Test
  void answersTheDocumentedShape() {
    JsonNode health = health(start("a"), false);

    assertThat(health.path("ok").asBoolean()).isTrue();
    assertThat(health.path("ts").isIntegralNumber()).isTrue();
    assertThat(health.path("durationMs").isIntegralNumber()).isTrue();
    assertThat(health.path("channels").isObject()).isTrue();
    assertThat(health.path("channelOrder").isArray()).isTrue();
    assertThat(health.path("heartbeatSeconds").asInt()).isEqualTo(1_800);
    assertThat(health.path("defaultAgentId").asText()).isEqualTo("main");
    assertThat(health.at("/agents/0/agentId").asText()).isEqualTo("main");
    assertThat(health.at("/sessions/count").asInt(-1)).isZero();
    assertThat(health.at("/cluster/redis").asText()).isEqualTo("ok");
    assertThat(health.at("/cluster/instances").asInt()).isEqualTo(1);
  }

  @Test
  void aProbeTellsEverybodyAtMostOnceASecond() {
    TestInstance a = start("a");
    await().until(() -> !a.events(EventType.HEALTH).isEmpty());
    int before = a.events(EventType.HEALTH).size();

    long began = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      health(a, true);
      health(a, false);
    }

    await().until(() -> a.events(EventType.HEALTH).size() > before);
    List<Long> versions =
        a.events(EventType.HEALTH).stream()
            .map(e -> e.at("/stateVersion/health").asLong())
            .toList();
    int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    assertThat(versions)
        .doesNotHaveDuplicates()
        .isSorted()
        .hasSizeLessThanOrEqualTo(before + 2 + seconds);
    assertThat(a.presence().stateVersion().health()).isEqualTo(versions.getLast());
  }

  @Test
  void whoConnectsElsewhereSeesNoOlderVersion() {
    TestInstance a = start("a");
    TestInstance b = start("b");
    int before = a.events(EventType.HEALTH).size();
    health(a, true);
    await().until(() -> a.events(EventType.HEALTH).size() > before);

    b.connect(TestInstance.DEVICE, "operator", "Desk");

    assertThat(b.presence().stateVersion().health())
        .isGreaterThanOrEqualTo(a.presence().stateVersion().health());
  }

  @Test
  void statusShowsWhatWaitsForTheMainConversation() {
    TestInstance a = start("a");
    a.systemEvent("Something happened", Json.object());

    JsonNode status = tree(a.on(() -> services.get(a).status()).utf8());

    assertThat(status.path("queuedSystemEvents").toString()).contains("Something happened");
    assertThat(status.at("/heartbeat/defaultAgentId").asText()).isEqualTo("main");
    assertThat(status.at("/sessions/recent").isArray()).isTrue();
    assertThat(status.path("channelSummary").isArray()).isTrue();
  }

  private JsonNode health(TestInstance instance, boolean probe) {
    return tree(instance.on(() -> services.get(instance).health(probe)).utf8());
  }

  private TestInstance start(String name) {
    TestInstance instance = new TestInstance(name, settings, InstantSource.system());
    instances.add(instance);
    services.put(instance, instance.on(() -> health(instance)));
    return instance;
  }

  private Future<HealthService> health(TestInstance instance) {
    SystemEventService events = new SystemEventService(instance.link());
    HealthService service =
        new HealthService(
            instance.vertx(),
            instance.link(),
            instance.platform(),
            instance.audience(),
            instance.presence(),
            new HealthSources(
                () -> HeartbeatSettings.of(Json.object()),
                () -> events.peek("agent:main:main"),
                List.of()));
    service.start(instance.vertx(), instance.platform().backplane());
    return Future.succeededFuture(service);
  }
}
