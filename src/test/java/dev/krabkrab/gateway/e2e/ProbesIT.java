package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.http.Probe;
import dev.krabkrab.gateway.edge.metrics.DocumentedSeries;
import dev.krabkrab.gateway.edge.metrics.Exposition;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each probe of a real process through start, outage of Redis and drain. */
class ProbesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A quarter of it is for nodes to answer; nothing here takes that long. */
  private static final String CONFIG =
      "{gateway:{auth:{token:'" + Cluster.TOKEN + "'},drain:{budgetMs:240000}}}";

  @TempDir private Path directory;

  @Test
  void startOutageAndDrainShowInTheProbes() throws Exception {
    int port = RedisProcess.freePort();
    Probe probe = new Probe(port);
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      redis.pause();
      try (GatewayJvm gateway = gateway(redis, port)) {
        comesUp(probe, redis, gateway);
        survivesAnOutage(probe, redis);
        drains(probe, gateway);
      }
    }
  }

  private static void comesUp(Probe probe, RedisProcess redis, GatewayJvm gateway) {
    await().atMost(PATIENCE).until(() -> "503 starting".equals(probe.word("/readyz")));
    Exposition page = Exposition.parse(probe.get("/metrics").body());
    assertThat(page.families().keySet()).isEqualTo(DocumentedSeries.read().keySet());
    assertThat(page.value("krabkrab_ready")).isZero();
    assertThat(probe.word("/startupz")).isEqualTo("503 starting");
    assertThat(probe.word("/healthz")).isEqualTo("200 live");
    assertThat(reason(probe.get("/readyz"), "start"))
        .isEqualTo("Redis does not answer; the start waits for it");
    redis.resume();
    await().atMost(PATIENCE).until(() -> "200 ready".equals(probe.word("/readyz")));
    assertThat(probe.word("/startupz")).isEqualTo("200 started");
    gateway.awaitBanner(PATIENCE);
    assertThat(gateway.log()).contains("Management  http://127.0.0.1:");
  }

  private static void survivesAnOutage(Probe probe, RedisProcess redis) {
    redis.stop();
    await().atMost(PATIENCE).until(() -> "200 degraded".equals(probe.word("/readyz")));
    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> degraded = probe.get("/readyz");
              assertThat(reason(degraded, "redis")).contains("Redis is not connected");
              assertThat(reason(degraded, "cluster")).contains("do not arrive");
            });
    assertThat(probe.word("/healthz")).isEqualTo("200 live");
    assertThat(probe.word("/startupz")).isEqualTo("200 started");
    redis.start();
    await().atMost(PATIENCE).until(() -> "200 ready".equals(probe.word("/readyz")));
  }

  private static void drains(Probe probe, GatewayJvm gateway) throws InterruptedException {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect operator = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    Connect machine = Connect.node(4).device(keys).token(Cluster.TOKEN).about("platform", "linux");
    try (Peer node = Peer.connected(gateway.port(), machine.with("commands", "system.which"));
        Peer caller = Peer.connected(gateway.port(), operator)) {
      // What a node owes keeps the drain going until it is answered here.
      ObjectNode asked = Json.object().put("nodeId", keys.id()).put("command", "system.which");
      asked.put("idempotencyKey", "k").put("timeoutMs", 120_000).putObject("params");
      String call = caller.send("node.invoke", asked);
      JsonNode request = node.event("node.invoke.request");
      gateway.terminate();
      await().atMost(PATIENCE).until(() -> "503 draining".equals(probe.word("/readyz")));
      drainShows(probe);
      ObjectNode result = Json.object().put("id", request.path("id").asText()).put("ok", true);
      node.send("node.invoke.result", result.put("nodeId", keys.id()));
      assertThat(caller.answer(call).path("ok").asBoolean()).isTrue();
      assertThat(caller.event("shutdown").path("reason").asText()).isNotEmpty();
    }
    assertThat(gateway.exitCode(PATIENCE)).isZero();
    assertThat(probe.word("/healthz")).isNull();
  }

  private static void drainShows(Probe probe) {
    assertThat(reason(probe.get("/readyz"), "drain")).isEqualTo("clients are being sent away");
    assertThat(probe.word("/healthz")).isEqualTo("200 live");
    assertThat(probe.word("/startupz")).isEqualTo("200 started");
    Exposition page = Exposition.parse(probe.get("/metrics").body());
    assertThat(page.value("krabkrab_draining")).isEqualTo(1);
    assertThat(page.value("krabkrab_drain_clients_remaining")).isEqualTo(2);
    assertThat(page.value("krabkrab_ready")).isZero();
    assertThat(page.value("krabkrab_degraded")).isZero();
  }

  @Test
  void aTakenManagementPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        RedisProcess redis = RedisProcess.startEmpty();
        GatewayJvm gateway = gateway(redis, taken.getLocalPort())) {
      assertThat(gateway.exitCode(PATIENCE)).isEqualTo(1);
      assertThat(gateway.log())
          .contains("management port " + taken.getLocalPort() + " on 127.0.0.1 cannot be opened")
          .doesNotContain("\tat ");
    }
  }

  private GatewayJvm gateway(RedisProcess redis, int managementPort) throws IOException {
    Path config = directory.resolve("gateway.json5");
    Files.writeString(config, CONFIG);
    return GatewayJvm.start(
        directory.resolve("state"),
        "--config",
        config.toString(),
        "--redis-url",
        redis.url(),
        "--management-port",
        Integer.toString(managementPort));
  }

  private static String reason(HttpResponse<String> response, String check) {
    JsonNode found = Probe.json(response).at("/checks/" + check + "/reason");
    return found.asText();
  }
}
