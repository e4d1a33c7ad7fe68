package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.usage.ModelUse;
import dev.krabkrab.gateway.agent.usage.TokenUse;
import dev.krabkrab.gateway.agent.usage.UsageService;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What models were used for, told by every instance. Protocol 03 §4. */
@Timeout(150)
class UsageIT extends TwoInstances {
  private static final String CONFIG =
      """
      {gateway:{auth:{token:'%s'}},
       models:{providers:{p:{budget:{monthUsd:100},
        models:[{id:'m',cost:{input:2,output:10,cacheRead:1,cacheWrite:4}}]}}}}
      """
          .formatted(Cluster.TOKEN);

  private final Vertx vertx = Vertx.vertx();

  @Override
  String config() {
    return CONFIG;
  }

  @AfterAll
  void stop() {
    vertx.close();
  }

  /** As the runs of an instance count. */
  private UsageService recorder() throws Exception {
    RedisLink link = get(RedisLink.create(vertx, cluster.redis()).ready());
    return new UsageService(link, Json::object, () -> "main", InstantSource.system());
  }

  private TokenUse use(String agent, String session, String model, long atMs) {
    return new TokenUse(agent, session, "p", model, 1_000, 100, 10, -5, atMs);
  }

  @Test
  void whatIsCountedAnywhereIsToldEverywhere() throws Exception {
    awayFromMidnight();
    long now = Instant.now().toEpochMilli();
    assertThat(a.ok("usage.cost", "{}").path("daily")).isEmpty();
    assertThat(Json.text(a.ok("usage.status", "{}").path("providers")))
        .contains("\"provider\":\"p\"", "\"usedPercent\":0.0");
    List<UsageService> recorders = List.of(recorder(), recorder());
    String session = "agent:main:" + UUID.randomUUID();
    List<Future<Void>> counted = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      counted.add(recorders.get(i % 2).record(use("main", session, "m", now)));
    }
    counted.add(recorders.getFirst().record(use("main", session, "unpriced", now)));
    counted.add(recorders.getFirst().record(use("other", "agent:other:x", "m", now)));
    long before = Instant.ofEpochMilli(now).minus(2, ChronoUnit.DAYS).toEpochMilli();
    counted.add(recorders.getFirst().record(use("main", session, "m", before)));
    get(Future.all(counted));

    JsonNode cost = b.ok("usage.cost", "{\"days\":\"3\"}");
    assertThat(cost).isEqualTo(withTimeOf(cost, a.ok("usage.cost", "{\"days\":3}")));
    assertThat(cost.path("days").asInt()).isEqualTo(3);
    assertThat(cost.path("daily")).hasSize(2);
    JsonNode today = cost.path("daily").path(1);
    assertThat(today.path("input").asLong()).isEqualTo(101_000);
    assertThat(today.path("output").asLong()).isEqualTo(10_100);
    assertThat(today.path("cacheWrite").asLong()).isZero();
    assertThat(today.path("totalTokens").asLong()).isEqualTo(101_000 + 10_100 + 1_010);
    assertThat(today.path("missingCostEntries").asInt()).isEqualTo(1);
    double each = (1_000 * 2 + 100 * 10 + 10 * 1) / 1e6;
    assertThat(today.path("totalCost").asDouble()).isCloseTo(100 * each, Offset.offset(1e-9));
    assertThat(cost.at("/totals/input").asLong()).isEqualTo(102_000);
    assertThat(b.ok("usage.cost", "{\"days\":1}").path("daily")).hasSize(1);

    assertThat(get(recorders.get(1).session(session)).stream().map(ModelUse::model))
        .containsExactlyInAnyOrder("m", "unpriced");
    assertThat(b.ok("usage.status", "{}").at("/providers/0/windows/0/usedPercent").asDouble())
        .isPositive();
  }

  /** What is counted today is counted yesterday a moment later. */
  private static void awayFromMidnight() {
    LocalTime late = LocalTime.MAX.minusSeconds(40);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .until(() -> LocalTime.now(ZoneOffset.UTC).isBefore(late));
  }

  private static JsonNode withTimeOf(JsonNode from, JsonNode other) {
    return ((ObjectNode) other).set("updatedAt", from.path("updatedAt"));
  }
}
