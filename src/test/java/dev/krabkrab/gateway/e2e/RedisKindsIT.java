package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.ClusteredRedis;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.WatchedRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two whole instances on every kind of Redis that is not a single server. */
class RedisKindsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** Sentinels take a second to agree, instances some more to follow. */
  private static final Duration FAIL_OVER = Duration.ofSeconds(60);

  /** Two looks of a quarter of a second each, on a busy machine. */
  private static final long AT_ONCE_MS = 8_000;

  @Test
  void everythingWorksOnARedisClusterOfThree() {
    try (ClusteredRedis redis = ClusteredRedis.start()) {
      RedisSettings settings = redis.settings();
      try (TestGateway a = TestGateway.start(settings, Cluster.TOKEN_CONFIG);
          TestGateway b = TestGateway.start(settings, Cluster.TOKEN_CONFIG);
          Peer asker = admin(a);
          Peer approver = admin(b)) {
        decide(asker, approver, "c1");
        invoke(asker, b);
        pair(a, approver);
        JsonNode before = asker.ok("config.get", "{}");
        asker.ok(
            "config.patch",
            "{\"baseHash\":%s,\"raw\":\"{gateway:{nodes:{denyCommands:['sms.send']}}}\"}"
                .formatted(before.path("hash")));
        await()
            .atMost(PATIENCE)
            .until(() -> approver.ok("config.get", "{}").toString().contains("sms.send"));
        assertThat(approver.ok("audit.list", "{\"action\":\"approval.resolved\"}").path("entries"))
            .hasSize(1);
      }
    }
  }

  /** The servers of a cluster count only their own listeners; the one of the slot is asked. */
  @Test
  void onAClusterTheCallerOfADeadInstanceHearsOfItAtOnce() throws Exception {
    try (GatewayProcesses gateways = GatewayProcesses.over(ClusteredRedis.start())) {
      gateways.add(Map.of());
      gateways.add(Map.of());
      gateways.awaitAll();
      TestDevice device = TestDevice.fresh();
      try (WireClient node = WireClient.connect(gateways.port(0), device, Profile.node());
          WireClient caller =
              WireClient.connect(gateways.port(1), TestDevice.fresh(), Profile.admin())) {
        ObjectNode params = Json.object().put("nodeId", device.id()).put("command", "system.which");
        params.put("idempotencyKey", "k").put("timeoutMs", 150_000).putObject("params");
        CompletableFuture<JsonNode> call = caller.request("node.invoke", params);
        node.event("node.invoke.request", any -> true);
        long killedAt = System.nanoTime();
        gateways.kill(0);

        JsonNode error = call.get(20, TimeUnit.SECONDS).path("error");
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedAt);
        System.out.println("on a cluster the caller knew after " + ms + " ms");
        assertThat(error.path("message").asText())
            .isEqualTo("Error: node disconnected (system.which)");
        assertThat(ms).isLessThan(AT_ONCE_MS);
      }
    }
  }

  @Test
  void aDecisionThatWasAskedForBeforeAFailOverIsTakenAfterIt() {
    try (WatchedRedis redis = WatchedRedis.start()) {
      RedisSettings settings = redis.settings();
      try (TestGateway a = TestGateway.start(settings, Cluster.TOKEN_CONFIG);
          TestGateway b = TestGateway.start(settings, Cluster.TOKEN_CONFIG);
          Peer asker = admin(a);
          Peer approver = admin(b)) {
        decide(asker, approver, "s1");
        String request = ask(asker, "s2");
        approver.event("exec.approval.requested", event -> is(event, "s2"));

        redis.first().kill();
        await().atMost(FAIL_OVER).until(() -> isDenied(resolve(approver, "s2")));

        assertThat(asker.answer(request).at("/payload/decision").asText()).isEqualTo("deny");
        assertThat(asker.isClosed() || approver.isClosed()).isFalse();
        for (String method : List.of("node.list", "exec.approvals.get")) {
          await().atMost(PATIENCE).until(() -> asker.call(method, "{}").path("ok").asBoolean());
        }
        decide(asker, approver, "s3");
      }
    }
  }

  private static void decide(Peer asker, Peer approver, String id) {
    String request = ask(asker, id);
    approver.event("exec.approval.requested", event -> is(event, id));
    assertThat(resolve(approver, id).path("ok").asBoolean()).isTrue();
    assertThat(asker.answer(request).at("/payload/decision").asText()).isEqualTo("deny");
  }

  private static String ask(Peer asker, String id) {
    ObjectNode params = Json.object().put("id", id).put("command", "ls").put("timeoutMs", 150_000);
    return asker.send("exec.approval.request", params);
  }

  private static JsonNode resolve(Peer approver, String id) {
    return approver.call("exec.approval.resolve", "{\"id\":\"" + id + "\",\"decision\":\"deny\"}");
  }

  /** Now, or by an attempt whose answer was lost with a connection. */
  private static boolean isDenied(JsonNode answer) {
    return answer.path("ok").asBoolean()
        || answer.at("/error/details/decision").asText().equals("deny");
  }

  private static boolean is(JsonNode event, String id) {
    return event.path("id").asText().equals(id);
  }

  private static void invoke(Peer caller, TestGateway where) {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect connect = Connect.node(4).device(keys).token(Cluster.TOKEN).about("platform", "linux");
    try (Peer node = Peer.connected(where.port(), connect.with("commands", "system.which"))) {
      ObjectNode params = Json.object().put("nodeId", keys.id()).put("command", "system.which");
      params.put("idempotencyKey", "k1").put("timeoutMs", 20_000).putObject("params");
      String call = caller.send("node.invoke", params);
      JsonNode request = node.event("node.invoke.request");
      ObjectNode result = Json.object().put("id", request.path("id").asText()).put("ok", true);
      result.put("nodeId", keys.id()).put("payloadJSON", "{}");
      node.send("node.invoke.result", result);
      assertThat(caller.answer(call).path("ok").asBoolean()).isTrue();
    }
  }

  /** A device that is not local asks on one instance and is let in on another. */
  private static void pair(TestGateway where, Peer approver) {
    Connect stranger = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    String requestId;
    try (Peer peer = Peer.open(where.port(), Cluster.REMOTE)) {
      requestId = peer.connect(stranger).at("/error/details/requestId").asText();
    }
    approver.ok("device.pair.approve", "{\"requestId\":\"" + requestId + "\"}");
    Peer.connected(where.port(), stranger, Cluster.REMOTE).close();
  }

  private static Peer admin(TestGateway gateway) {
    Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    return Peer.connected(gateway.port(), connect);
  }
}
