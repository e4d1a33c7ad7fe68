package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code cluster.status} of one instance tells of all, also of those that can tell no more. */
@Timeout(300)
class ClusterStatusIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Test
  void everyInstanceTellsOfAllAndOfWhoIsConnectedWhere() {
    try (GatewayProcesses gateways = GatewayProcesses.start(2);
        Peer a = gateways.admin(0);
        Peer b = gateways.admin(1);
        Peer node =
            Peer.connected(
                gateways.port(1),
                Connect.node(4).device(DeviceKeys.fresh()).token(GatewayProcesses.TOKEN))) {
      String first = status(a).path("you").asText();
      String second = status(b).path("you").asText();
      assertThat(first).isNotEqualTo(second);
      patiently()
          .untilAsserted(
              () -> {
                for (Peer peer : List.of(a, b)) {
                  JsonNode status = status(peer);
                  assertThat(status.path("instances")).hasSize(2);
                  JsonNode one = instance(status, first);
                  JsonNode two = instance(status, second);
                  assertThat(one.path("state").asText()).isEqualTo("ready");
                  assertThat(two.path("state").asText()).isEqualTo("ready");
                  assertThat(one.at("/connections/operators").asInt()).isEqualTo(1);
                  assertThat(one.at("/connections/nodes").asInt()).isZero();
                  assertThat(two.at("/connections/nodes").asInt()).isEqualTo(1);
                  assertThat(two.at("/connections/total").asInt()).isEqualTo(2);
                  assertThat(two.at("/backplaneMs").asDouble()).isPositive();
                }
              });
      JsonNode status = status(a);
      for (JsonNode one : status.path("instances")) {
        assertThat(one.path("version").asText()).isNotEmpty();
        assertThat(one.path("host").asText()).isNotEmpty();
        assertThat(one.path("upSinceMs").asLong()).isPositive();
        assertThat(one.path("heapBytes").asLong()).isPositive();
        assertThat(one.path("heapMaxBytes").asLong()).isPositive();
        assertThat(one.path("outboxBytes").isNumber()).isTrue();
        assertThat(one.path("eventLoopDelayMs").isNumber()).isTrue();
      }
      assertThat(status.at("/redis/ok").asBoolean()).isTrue();
      assertThat(status.at("/redis/kind").asText()).isIn("redis", "valkey");
      assertThat(status.at("/redis/version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
      JsonNode refused = node.call("cluster.status", "{}");
      assertThat(refused.path("ok").asBoolean()).isFalse();
    }
  }

  @Test
  void whoIsKilledIsStaleThenGoneAndStays() {
    try (GatewayProcesses gateways = GatewayProcesses.start(2);
        Peer a = reader(gateways, 0)) {
      String second = idOf(gateways, 1);
      awaitState(a, second, Set.of("ready"));
      gateways.kill(1);

      awaitState(a, second, Set.of("stale"));
      JsonNode told = a.event("cluster.changed", state(second, "stale"));
      assertThat(instance(told, second).path("lastState").asText()).isEqualTo("ready");
      awaitState(a, second, Set.of("gone"));
      a.event("cluster.changed", state(second, "gone"));
      JsonNode gone = instance(status(a), second);
      assertThat(gone.path("state").asText()).isEqualTo("gone");
      assertThat(gone.path("goneSinceMs").asLong()).isGreaterThan(gone.path("asOfMs").asLong());
    }
  }

  @Test
  void whoIsHeldUpIsGoneAndComesBack() {
    try (GatewayProcesses gateways = GatewayProcesses.start(2);
        Peer a = reader(gateways, 0)) {
      String second = idOf(gateways, 1);
      awaitState(a, second, Set.of("ready"));
      gateways.suspend(1);
      try {
        awaitState(a, second, Set.of("stale"));
        awaitState(a, second, Set.of("gone"));
      } finally {
        gateways.resume(1);
      }
      awaitState(a, second, Set.of("ready"));
      a.event("cluster.changed", state(second, "ready"));
    }
  }

  @Test
  void whoComesAndWhoStopsIsTold() {
    RedisProcess redis = RedisProcess.startEmpty();
    try (GatewayProcesses gateways = GatewayProcesses.over(redis)) {
      gateways.add(Map.of());
      gateways.awaitAll();
      try (Peer a = reader(gateways, 0)) {
        gateways.add(Map.of());
        gateways.awaitAll();
        String second = idOf(gateways, 1);
        a.event("cluster.changed", state(second, "ready"));

        gateways.terminate(1);

        awaitState(a, second, Set.of("gone"));
        a.event("cluster.changed", state(second, "gone"));
      }
    }
  }

  @Test
  void withoutRedisTheLastThatIsKnownIsToldWithItsAge() {
    RedisProcess redis = RedisProcess.startEmpty();
    try (GatewayProcesses gateways = GatewayProcesses.over(redis)) {
      gateways.add(Map.of());
      gateways.add(Map.of());
      gateways.awaitAll();
      try (Peer a = reader(gateways, 0)) {
        String first = status(a).path("you").asText();
        String second = idOf(gateways, 1);
        awaitState(a, second, Set.of("ready"));
        redis.pause();
        try {
          awaitState(a, second, Set.of("stale"));
          JsonNode before = status(a);
          JsonNode frozen = instance(before, second);
          AtomicReference<JsonNode> later = new AtomicReference<>(before);
          patiently()
              .until(
                  () -> {
                    later.set(status(a));
                    return later.get().path("asOfMs").asLong()
                        > before.path("asOfMs").asLong() + 1_000;
                  });
          assertThat(instance(later.get(), second).path("asOfMs")).isEqualTo(frozen.path("asOfMs"));
          patiently()
              .untilAsserted(
                  () -> {
                    JsonNode now = status(a);
                    assertThat(now.at("/redis/ok").asBoolean()).isFalse();
                    assertThat(now.at("/redis/reason").asText()).contains("Redis");
                    assertThat(instance(now, first).path("state").asText()).isEqualTo("degraded");
                  });
        } finally {
          redis.resume();
        }
        awaitState(a, second, Set.of("ready"));
      }
    }
  }

  private static ConditionFactory patiently() {
    return await().atMost(PATIENCE);
  }

  /** Protocol 4, with the one scope that is needed. */
  private static Peer reader(GatewayProcesses gateways, int instance) {
    return Peer.connected(
        gateways.port(instance),
        Connect.operator(4)
            .device(DeviceKeys.fresh())
            .token(GatewayProcesses.TOKEN)
            .scopes("operator.read"));
  }

  private static String idOf(GatewayProcesses gateways, int instance) {
    try (Peer peer = reader(gateways, instance)) {
      return status(peer).path("you").asText();
    }
  }

  private static void awaitState(Peer peer, String instance, Set<String> states) {
    patiently()
        .untilAsserted(
            () -> assertThat(instance(status(peer), instance).path("state").asText()).isIn(states));
  }

  private static Predicate<JsonNode> state(String instance, String state) {
    return payload -> instance(payload, instance).path("state").asText().equals(state);
  }

  private static JsonNode status(Peer peer) {
    return peer.ok("cluster.status", "{}");
  }

  private static JsonNode instance(JsonNode status, String id) {
    return StreamSupport.stream(status.path("instances").spliterator(), false)
        .filter(one -> one.path("id").asText().equals(id))
        .findAny()
        .orElseGet(MissingNode::getInstance);
  }
}
