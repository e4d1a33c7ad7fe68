package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.edge.http.Probe;
import dev.krabkrab.gateway.edge.metrics.DocumentedSeries;
import dev.krabkrab.gateway.edge.metrics.Exposition;
import dev.krabkrab.gateway.edge.metrics.Exposition.Family;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What instances count, scraped as Prometheus does it. */
class MetricsIT {
  static final Map<String, String> MEASURED = Map.of("KRABKRAB_MANAGEMENT_PORT", "0");

  /** Labels that Prometheus and its operator add to what they scrape. */
  private static final Set<String> OF_SCRAPES =
      Set.of("job", "instance", "namespace", "pod", "container", "endpoint", "service", "node");

  private static final String CALLS = "krabkrab_rpc_calls_total";
  private static final String REQUESTS = "openclaw_gateway_rpc_requests_total";
  private static final String RESPONSE = "openclaw_gateway_rpc_first_response_seconds";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Test
  void thePageOfMetricsAndAnIdleInstanceNameTheSameSeries() {
    try (Cluster cluster = Cluster.of(1, Cluster.TOKEN_CONFIG, MEASURED)) {
      Exposition page = scrape(cluster.instance(0));

      Map<String, String> shown = new TreeMap<>();
      page.families()
          .forEach((name, family) -> shown.put(name, family.type() + " " + family.tags()));
      Map<String, String> documented = new TreeMap<>();
      DocumentedSeries.read()
          .forEach((name, row) -> documented.put(name, row.type() + " " + row.tags()));
      assertThat(shown).isEqualTo(documented);
      assertThat(page.families().values())
          .allSatisfy(family -> assertThat(family.tags()).doesNotContainAnyElementsOf(OF_SCRAPES));
    }
  }

  @Test
  void everySeriesIsThereAtZeroBeforeAnyTraffic() {
    try (Cluster cluster = Cluster.of(1, Cluster.TOKEN_CONFIG, MEASURED)) {
      Exposition page = scrape(cluster.instance(0));

      Set<String> methods =
          MethodCatalog.all().map(MethodSpec::name).collect(Collectors.toCollection(TreeSet::new));
      methods.add("unknown");
      assertThat(methods).hasSizeGreaterThan(86);
      for (String name : Set.of(CALLS, REQUESTS, RESPONSE)) {
        assertThat(page.family(name).values("method")).isEqualTo(methods);
      }
      assertThat(page.family(CALLS).samples()).hasSize(methods.size() * 6);
      assertThat(page.family("krabkrab_handshakes_total").samples()).hasSize(13);
      assertThat(page.families().values())
          .filteredOn(family -> family.type().equals("counter") && isOurs(family))
          .hasSizeGreaterThan(10)
          .allSatisfy(family -> assertThat(page.sum(family.name())).isZero());
      assertThat(page.value("krabkrab_ready")).isEqualTo(1);
      assertThat(page.value("krabkrab_build_info", "version", "dev")).isEqualTo(1);
    }
  }

  @Test
  void callsAreCountedByMethodAndOutcomeWhereTheyAreMade() {
    try (Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG, MEASURED);
        Peer admin = cluster.admin(0);
        Peer reader = reader(cluster.port(0))) {
      admin.ok("health", "{}");
      admin.ok("health", "{}");
      admin.call("node.describe", "{}");
      admin.call("send", "{\"to\":\"x\",\"message\":\"y\",\"idempotencyKey\":\"k\"}");
      reader.call("config.get", "{}");
      for (String invented : Set.of("no.such", "x{y=\"z\"}", "health\n")) {
        assertThat(admin.call(invented, "{}").path("ok").asBoolean()).isFalse();
      }

      // A call is counted when its answer is on its way.
      await().until(() -> scrape(cluster.instance(0)).sum(CALLS) == 8);
      Exposition here = scrape(cluster.instance(0));
      assertThat(here.value(CALLS, "method", "health", "outcome", "ok")).isEqualTo(2);
      assertThat(here.value(REQUESTS, "method", "health")).isEqualTo(2);
      assertThat(here.value(RESPONSE + "_count", "method", "health")).isEqualTo(2);
      assertThat(here.value(RESPONSE + "_sum", "method", "health")).isPositive();
      assertThat(here.value(CALLS, "method", "node.describe", "outcome", "invalid")).isEqualTo(1);
      assertThat(here.value(CALLS, "method", "send", "outcome", "invalid")).isEqualTo(1);
      assertThat(here.value(CALLS, "method", "config.get", "outcome", "denied")).isEqualTo(1);
      assertThat(here.value(CALLS, "method", "unknown", "outcome", "invalid")).isEqualTo(3);
      assertThat(here.sum(CALLS)).isEqualTo(8);
      Exposition there = scrape(cluster.instance(1));
      assertThat(there.sum(CALLS)).isZero();
      assertThat(there.family(CALLS).samples()).hasSameSizeAs(here.family(CALLS).samples());
    }
  }

  @Test
  void connectionsHandshakesAndPresenceAreCounted() {
    try (Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG, MEASURED);
        Peer operator = cluster.admin(0);
        Peer node = node(cluster.port(1), DeviceKeys.fresh());
        Peer silent = Peer.open(cluster.port(0))) {
      Connect wrong = Connect.operator(4).device(DeviceKeys.fresh()).token("wrong");
      try (Peer stranger = Peer.open(cluster.port(0))) {
        assertThat(stranger.connect(wrong).path("ok").asBoolean()).isFalse();
      }
      Peer.open(cluster.port(0)).close();

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Exposition a = scrape(cluster.instance(0));
                assertThat(handshakes(a, "ok")).isEqualTo(1);
                assertThat(handshakes(a, "unauthorized")).isEqualTo(1);
                assertThat(handshakes(a, "abandoned")).isEqualTo(1);
                assertThat(a.sum("krabkrab_handshakes_total")).isEqualTo(3);
                assertThat(a.value("krabkrab_connections_handshaking")).isEqualTo(1);
                assertThat(a.value("krabkrab_connections", "role", "operator")).isEqualTo(1);
                assertThat(a.value("krabkrab_connections", "role", "node")).isZero();
                assertThat(a.value("krabkrab_handshake_seconds_count")).isEqualTo(1);
                assertThat(a.value("krabkrab_instances")).isEqualTo(2);
                // Two instances, an operator and a node.
                assertThat(a.value("krabkrab_presence_rows")).isEqualTo(4);
                Exposition b = scrape(cluster.instance(1));
                assertThat(b.value("krabkrab_connections", "role", "node")).isEqualTo(1);
                assertThat(b.value("krabkrab_presence_rows")).isEqualTo(4);
              });
      assertThat(operator.isClosed() || node.isClosed() || silent.isClosed()).isFalse();
    }
  }

  @Test
  void pendingApprovalsAndTheirAgeShowOnEveryInstance() {
    try (Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG, MEASURED);
        Peer asker = cluster.admin(0);
        Peer approver = cluster.admin(1)) {
      ObjectNode params = Json.object().put("id", "m1").put("command", "ls");
      String asked = asker.send("exec.approval.request", params);
      approver.event("exec.approval.requested");

      for (int i = 0; i < 2; i++) {
        TestGateway gateway = cluster.instance(i);
        await().atMost(PATIENCE).until(() -> oldest(gateway) > 0.2 && oldest(gateway) < 60);
        await().until(() -> scrape(gateway).value("krabkrab_approvals_pending") == 1);
      }
      await().until(() -> delivered(scrape(cluster.instance(1)), "exec.approval.requested") == 1);
      approver.ok("exec.approval.resolve", "{\"id\":\"m1\",\"decision\":\"deny\"}");
      assertThat(asker.answer(asked).at("/payload/decision").asText()).isEqualTo("deny");
      for (int i = 0; i < 2; i++) {
        TestGateway gateway = cluster.instance(i);
        await()
            .atMost(PATIENCE)
            .until(() -> scrape(gateway).value("krabkrab_approvals_pending") == 0);
        await().until(() -> oldest(gateway) == 0);
      }
    }
  }

  @Test
  void anApprovalWithoutAnApproverIsCounted() {
    String config =
        "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}},approvals:{exec:{failFast:true}}}";
    try (Cluster cluster = Cluster.of(1, config, MEASURED);
        Peer asker = cluster.admin(0)) {
      JsonNode answer = asker.ok("exec.approval.request", "{\"command\":\"ls\"}");

      assertThat(answer.path("decision").isNull()).isTrue();
      await()
          .until(
              () ->
                  scrape(cluster.instance(0)).value("krabkrab_approvals_without_route_total") == 1);
    }
  }

  @Test
  void invokesAreCountedAtTheInstanceOfTheCaller() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG, MEASURED);
        Peer caller = cluster.admin(0);
        Peer node = node(cluster.port(1), keys)) {
      await()
          .atMost(PATIENCE)
          .until(() -> caller.ok("node.list", "{}").toString().contains(keys.id()));
      String first = invoke(caller, keys, "k1", 60_000);
      JsonNode request = node.event("node.invoke.request");
      await()
          .until(() -> scrape(cluster.instance(0)).value("krabkrab_node_invokes_in_flight") == 1);
      answer(node, request, true);
      assertThat(caller.answer(first).path("ok").asBoolean()).isTrue();
      String second = invoke(caller, keys, "k2", 60_000);
      String id = request.path("id").asText();
      answer(
          node, node.event("node.invoke.request", r -> !r.path("id").asText().equals(id)), false);
      assertThat(caller.answer(second).path("ok").asBoolean()).isFalse();
      caller.answer(invoke(caller, keys, "k3", 50));

      await().until(() -> scrape(cluster.instance(0)).sum("krabkrab_node_invokes_total") == 3);
      await()
          .until(() -> scrape(cluster.instance(0)).value("krabkrab_node_invokes_in_flight") == 0);
      Exposition a = scrape(cluster.instance(0));
      assertThat(a.value("krabkrab_node_invokes_total", "outcome", "ok")).isEqualTo(1);
      assertThat(a.value("krabkrab_node_invokes_total", "outcome", "refused")).isEqualTo(1);
      assertThat(a.value("krabkrab_node_invokes_total", "outcome", "timeout")).isEqualTo(1);
      assertThat(a.sum("krabkrab_node_invokes_total")).isEqualTo(3);
      assertThat(scrape(cluster.instance(1)).sum("krabkrab_node_invokes_total")).isZero();
    }
  }

  @Test
  void anOutageOfRedisAndItsEndAreCounted() {
    try (RedisProcess redis = RedisProcess.startDurable();
        TestGateway gateway = TestGateway.start(redis.settings(), Cluster.TOKEN_CONFIG, MEASURED);
        Peer admin =
            Peer.connected(
                gateway.port(),
                Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN))) {
      await()
          .until(
              () -> {
                Exposition now = scrape(gateway);
                return now.value("krabkrab_redis_links_connected")
                    == now.value("krabkrab_redis_links");
              });
      Exposition before = scrape(gateway);
      double links = before.value("krabkrab_redis_links");
      assertThat(links).isGreaterThan(5);
      assertThat(before.value("krabkrab_redis_links_connected")).isEqualTo(links);
      assertThat(before.value("krabkrab_redis_command_seconds_count")).isPositive();
      await()
          .atMost(PATIENCE)
          .until(() -> scrape(gateway).value("krabkrab_backplane_latency_seconds_count") > 0);

      redis.stop();
      await().atMost(PATIENCE).until(() -> scrape(gateway).value("krabkrab_degraded") == 1);
      admin.call("exec.approvals.get", "{}");
      await()
          .until(
              () -> {
                Exposition now = scrape(gateway);
                return now.value("krabkrab_backplane_subscribed") == 0
                    && now.value("krabkrab_redis_commands_outstanding") == 0
                    && now.value(CALLS, "method", "exec.approvals.get", "outcome", "unavailable")
                        == 1;
              });
      Exposition away = scrape(gateway);
      assertThat(away.value("krabkrab_ready")).isEqualTo(1);
      assertThat(away.value("krabkrab_backplane_subscriptions_lost_total")).isEqualTo(1);
      try (Peer stranger = Peer.open(gateway.port())) {
        stranger.connect(Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN));
      }
      await().atMost(PATIENCE).until(() -> handshakes(scrape(gateway), "unavailable") == 1);
      await()
          .atMost(PATIENCE)
          .until(() -> scrape(gateway).value("krabkrab_redis_links_connected") == 0);

      redis.start();
      await()
          .atMost(PATIENCE)
          .until(() -> scrape(gateway).value("krabkrab_redis_links_connected") == links);
      await().atMost(PATIENCE).until(() -> scrape(gateway).value("krabkrab_degraded") == 0);
      await().until(() -> scrape(gateway).value("krabkrab_backplane_subscribed") == 1);
      Exposition after = scrape(gateway);
      assertThat(after.value("krabkrab_redis_reconnects_total")).isGreaterThanOrEqualTo(links);
      assertThat(after.value("krabkrab_redis_links")).isEqualTo(links);
      assertThat(after.value("krabkrab_backplane_subscribed")).isEqualTo(1);
    }
  }

  @Test
  void anInstanceWithoutAManagementPortOpensNone() {
    try (TestGateway gateway = TestGateway.start(TestRedis.settings(), Cluster.TOKEN_CONFIG)) {
      assertThat(gateway.managementPort()).isZero();
    }
  }

  static Exposition scrape(TestGateway gateway) {
    return Exposition.parse(new Probe(gateway.managementPort()).get("/metrics").body());
  }

  private static boolean isOurs(Family family) {
    return family.name().startsWith("krabkrab_") || family.name().startsWith("openclaw_");
  }

  private static double handshakes(Exposition page, String outcome) {
    return page.value("krabkrab_handshakes_total", "outcome", outcome);
  }

  private static double delivered(Exposition page, String event) {
    return page.value("krabkrab_events_delivered_total", "event", event);
  }

  private static double oldest(TestGateway gateway) {
    return scrape(gateway).value("krabkrab_approvals_oldest_age_seconds");
  }

  private static Peer reader(int port) {
    Connect connect = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    return Peer.connected(port, connect.scopes("operator.read"));
  }

  private static Peer node(int port, DeviceKeys keys) {
    Connect connect = Connect.node(4).device(keys).token(Cluster.TOKEN).about("platform", "linux");
    return Peer.connected(port, connect.with("commands", "system.which"));
  }

  private static String invoke(Peer caller, DeviceKeys node, String key, int timeoutMs) {
    ObjectNode params = Json.object().put("nodeId", node.id()).put("command", "system.which");
    params.put("idempotencyKey", key).put("timeoutMs", timeoutMs).putObject("params");
    return caller.send("node.invoke", params);
  }

  private static void answer(Peer node, JsonNode request, boolean ok) {
    ObjectNode result = Json.object().put("id", request.path("id").asText()).put("ok", ok);
    result.put("nodeId", request.path("nodeId").asText()).put("payloadJSON", "{}");
    node.send("node.invoke.result", result);
  }
}
