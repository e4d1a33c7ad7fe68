package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.edge.http.Probe;
import dev.krabkrab.gateway.edge.metrics.Exposition;
import dev.krabkrab.gateway.platform.config.LimitSettings;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an instance shows of its limits and of what is used of them. */
class LimitMetricsIT {
  private static final Map<String, String> MEASURED = Map.of("KRABKRAB_MANAGEMENT_PORT", "0");
  private static final String LIMIT = "krabkrab_limit";
  private static final String USED = "krabkrab_limit_used";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Test
  void everyLimitShowsWithItsUseFromTheStart() {
    try (Cluster cluster =
        Cluster.of(
            1,
            "{gateway:{auth:{token:'" + Cluster.TOKEN + "'},limits:{connections:77}}}",
            Map.of(
                "KRABKRAB_MANAGEMENT_PORT",
                "0",
                "KRABKRAB_LIMIT_PENDING_INVOKES_PER_CALLER",
                "9"))) {
      Exposition page = scrape(cluster.instance(0));

      Map<String, Integer> defaults = LimitSettings.DEFAULTS.byName();
      assertThat(page.family(LIMIT).values("limit")).isEqualTo(defaults.keySet());
      assertThat(page.family(USED).values("limit")).isEqualTo(defaults.keySet());
      defaults.forEach(
          (name, value) -> {
            double expected =
                switch (name) {
                  case "connections" -> 77;
                  case "pendingInvokesPerCaller" -> 9;
                  default -> value;
                };
            assertThat(page.value(LIMIT, "limit", name)).as(name).isEqualTo(expected);
          });
      assertThat(page.sum(USED)).isZero();
    }
  }

  @Test
  void whatIsUsedIsThatOfTheDeviceOrConnectionWithMost() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect connect = Connect.operator(3).device(keys).token(Cluster.TOKEN);
    DeviceKeys nodeKeys = DeviceKeys.fresh();
    try (Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG, MEASURED);
        Peer busy = Peer.connected(cluster.port(0), connect);
        Peer second = Peer.connected(cluster.port(0), connect);
        Peer other = cluster.admin(0);
        Peer node = node(cluster.port(1), nodeKeys)) {
      List<String> asked = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        asked.add(ask(busy, "b" + i));
      }
      ask(second, "s0");
      ask(other, "o0");
      List<String> invoked = List.of(invoke(busy, nodeKeys, "i0"), invoke(busy, nodeKeys, "i1"));
      follow(node, "node-" + nodeKeys.id());
      follow(node, "agent:main:node-" + nodeKeys.id());

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Exposition a = scrape(cluster.instance(0));
                assertThat(used(a, "connections")).isEqualTo(3);
                assertThat(used(a, "connectionsPerDevice")).isEqualTo(2);
                assertThat(used(a, "requestsInFlight")).isEqualTo(5);
                assertThat(used(a, "pendingApprovalsPerDevice")).isEqualTo(4);
                assertThat(used(a, "pendingApprovalsPerConnection")).isEqualTo(3);
                assertThat(used(a, "pendingInvokesPerCaller")).isEqualTo(2);
                assertThat(used(a, "chatSubscriptionsPerNode")).isZero();
                Exposition b = scrape(cluster.instance(1));
                assertThat(used(b, "connections")).isEqualTo(1);
                assertThat(used(b, "pendingInvokesPerCaller")).isZero();
                assertThat(used(b, "chatSubscriptionsPerNode")).isEqualTo(2);
              });

      for (int i = 0; i < 3; i++) {
        other.ok("exec.approval.resolve", "{\"id\":\"b" + i + "\",\"decision\":\"deny\"}");
        busy.answer(asked.get(i));
      }
      node.close();
      invoked.forEach(busy::answer);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Exposition a = scrape(cluster.instance(0));
                assertThat(used(a, "requestsInFlight")).isEqualTo(1);
                assertThat(used(a, "pendingApprovalsPerDevice")).isEqualTo(1);
                assertThat(used(a, "pendingApprovalsPerConnection")).isEqualTo(1);
                assertThat(used(a, "pendingInvokesPerCaller")).isZero();
                assertThat(scrape(cluster.instance(1)).sum(USED)).isZero();
              });
    }
  }

  /** Redis hangs, and with it the handshakes that are worked on; the others wait behind them. */
  @Test
  void handshakesAtWorkAndWaitingAreSeen() {
    int loops = Runtime.getRuntime().availableProcessors();
    String config =
        "{gateway:{auth:{token:'%s'},limits:{handshakes:1,handshakesWaiting:%d}}}"
            .formatted(Cluster.TOKEN, 100 * loops);
    List<Peer> herd = new ArrayList<>();
    try (RedisProcess redis = RedisProcess.startDurable();
        TestGateway gateway =
            TestGateway.start(
                redis.settings().withCommandTimeout(Duration.ofSeconds(15)), config, MEASURED)) {
      for (int i = 0; i < loops + 3; i++) {
        herd.add(Peer.open(gateway.port()));
      }
      redis.pause();
      try {
        for (Peer peer : herd) {
          Connect connect = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
          peer.socket().send(RawSocket.text(peer.connectFrame(connect, "c0")));
        }
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .untilAsserted(
                () -> {
                  Exposition page = scrape(gateway);
                  assertThat(used(page, "handshakes")).isBetween(1.0, (double) loops);
                  assertThat(used(page, "handshakesWaiting")).isGreaterThanOrEqualTo(3);
                  assertThat(used(page, "handshakes") + used(page, "handshakesWaiting"))
                      .isEqualTo(herd.size());
                });
      } finally {
        redis.resume();
      }
      herd.forEach(peer -> peer.answer("c0"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Exposition page = scrape(gateway);
                assertThat(used(page, "handshakes")).isZero();
                assertThat(used(page, "handshakesWaiting")).isZero();
              });
    } finally {
      herd.forEach(Peer::close);
    }
  }

  private static double used(Exposition page, String limit) {
    return page.value(USED, "limit", limit);
  }

  private static Exposition scrape(TestGateway gateway) {
    return Exposition.parse(new Probe(gateway.managementPort()).get("/metrics").body());
  }

  private static String ask(Peer asker, String id) {
    ObjectNode params = Json.object().put("id", id).put("command", "ls").put("timeoutMs", 60_000);
    return asker.send("exec.approval.request", params);
  }

  private static Peer node(int port, DeviceKeys keys) {
    Connect connect = Connect.node(4).device(keys).token(Cluster.TOKEN).about("platform", "linux");
    return Peer.connected(port, connect.with("commands", "system.which"));
  }

  private static String invoke(Peer caller, DeviceKeys node, String key) {
    ObjectNode params = Json.object().put("nodeId", node.id()).put("command", "system.which");
    params.put("idempotencyKey", key).put("timeoutMs", 60_000).putObject("params");
    return caller.send("node.invoke", params);
  }

  private static void follow(Peer node, String conversation) {
    JsonNode payload = Json.object().put("sessionKey", conversation);
    node.ok(
        "node.event",
        Json.text(Json.object().put("event", "chat.subscribe").set("payload", payload)));
  }
}
