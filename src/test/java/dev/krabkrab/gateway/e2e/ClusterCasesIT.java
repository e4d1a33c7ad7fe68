package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.WireClient.Ended;
import dev.krabkrab.gateway.e2e.WireClient.RefusedException;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cases of Protocol 02 §16 that need several processes; each is named as there. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClusterCasesIT {
  private static final int STRICT = 2;

  private static GatewayProcesses gateways;

  private final TestDevice operator = TestDevice.fresh();
  private final TestDevice second = TestDevice.fresh();
  private final TestDevice nodeDevice = TestDevice.fresh();

  @BeforeAll
  static void start() {
    gateways = GatewayProcesses.start(2);
    // Pairs nobody by itself.
    gateways.add(Map.of("KRABKRAB_LOCAL_AUTO_APPROVAL", "false"));
    gateways.awaitAll();
  }

  @BeforeEach
  void repair() {
    gateways.repair();
  }

  @AfterAll
  static void stop() {
    gateways.close();
  }

  @Test
  void n6aCallerHearsAtOnceThatTheNodesInstanceDied() throws Exception {
    try (NodeDouble node = new NodeDouble(gateways, 0, nodeDevice);
        WireClient caller = admin(1)) {
      node.thinks(60_000);
      CompletableFuture<JsonNode> call = invoke(caller, node.id(), "n6");
      await().until(() -> node.asked("n6") == 1);
      long killedAt = System.nanoTime();
      gateways.kill(0);

      JsonNode error = call.get(8, TimeUnit.SECONDS).path("error");
      long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedAt);
      System.out.println("N6: the caller knew after " + ms + " ms");
      assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(error.path("message").asText())
          .isEqualTo("Error: node disconnected (system.which)");
    }
  }

  @Test
  void n8aResultForACallerWhoLeftIsTakenAndDropped() throws Exception {
    try (NodeDouble node = new NodeDouble(gateways, 0, nodeDevice)) {
      node.holds();
      try (WireClient caller = admin(1)) {
        CompletableFuture<JsonNode> call = invoke(caller, node.id(), "n8");
        await().until(() -> node.asked("n8") == 1);
        assertThat(call).isNotDone();
      }
      node.answers();
      await().until(() -> !node.acknowledged().isEmpty());
      JsonNode answer = node.acknowledged().getFirst().get(30, TimeUnit.SECONDS);
      assertThat(answer.path("payload").path("ok").asBoolean()).isTrue();
      assertThat(node.roamer().client().ended()).isNotDone();
    }
  }

  @Test
  void n10aNodeOfADeadInstanceIsListedAsGoneWithinTheLease() throws Exception {
    WireClient node = WireClient.connect(gateways.port(0), nodeDevice, Profile.node());
    try (WireClient a = admin(1);
        WireClient b = WireClient.connect(gateways.port(1), operator, Profile.admin())) {
      await().until(() -> connected(a));
      gateways.kill(0);
      node.close();

      await().atMost(Duration.ofSeconds(40)).until(() -> !connected(a));
      b.event("presence", payload -> disconnectOf(payload, nodeDevice.id()));
    }
  }

  @Test
  void n13aResultOverTheLimitClosesTheNodeAndTellsTheCaller() throws Exception {
    try (WireClient caller = admin(1);
        WireClient node = WireClient.connect(gateways.port(0), nodeDevice, Profile.node())) {
      await().until(() -> connected(caller));
      CompletableFuture<JsonNode> call = invoke(caller, nodeDevice.id(), "n13");
      JsonNode request = node.event("node.invoke.request", any -> true);
      int limit = node.hello().path("policy").path("maxPayload").asInt();
      node.request(
          "node.invoke.result", NodeDouble.result(request, nodeDevice.id(), "x".repeat(limit)));

      assertThat(node.ended().get(30, TimeUnit.SECONDS).code()).isEqualTo(1009);
      JsonNode error = call.get(30, TimeUnit.SECONDS).path("error");
      assertThat(error.path("message").asText())
          .isEqualTo("Error: node disconnected (system.which)");
    }
  }

  @Test
  void n21aDrainingInstanceLetsItsNodesAnswer() throws Exception {
    try (WireClient caller = admin(1);
        NodeDouble node = new NodeDouble(gateways, 0, nodeDevice)) {
      await().until(() -> connected(caller));
      WireClient socket = node.roamer().client();
      node.holds();
      CompletableFuture<JsonNode> call = invoke(caller, node.id(), "n21");
      await().until(() -> node.asked("n21") == 1);
      gateways.terminate(0);
      await().until(() -> !connected(caller));
      JsonNode refused = invoke(caller, node.id(), "n21-late").get(30, TimeUnit.SECONDS);

      assertThat(refused.path("error").path("message").asText()).isEqualTo("node not connected");
      assertThat(refused.path("error").path("retryable").asBoolean()).isTrue();
      node.answers();
      assertThat(call.get(30, TimeUnit.SECONDS).path("ok").asBoolean()).isTrue();
      assertThat(socket.ended().get(30, TimeUnit.SECONDS))
          .isEqualTo(new Ended(1012, "service restart"));
      assertThat(socket.events("shutdown")).hasSize(1);
      assertThat(gateways.awaitEnd(0, Duration.ofSeconds(30))).isTrue();
    }
  }

  /** A caller and its node on the instance that ends: nothing that was asked goes unanswered. */
  @Test
  void whoeverIsSentAwayHasItsAnswersFirstAndNodesGoLast() throws Exception {
    try (WireClient elsewhere = admin(1);
        WireClient caller = admin(0);
        NodeDouble node = new NodeDouble(gateways, 0, nodeDevice)) {
      await().until(() -> connected(elsewhere));
      WireClient socket = node.roamer().client();
      node.holds();
      CompletableFuture<JsonNode> call = invoke(caller, node.id(), "drain-1");
      await().until(() -> node.asked("drain-1") == 1);
      gateways.terminate(0);
      caller.event("shutdown", payload -> payload.path("reason").asText().startsWith("gateway"));
      JsonNode late = caller.request("health", Json.object()).get(30, TimeUnit.SECONDS);
      // The caller has its answer yet to come, so its node is still there for others.
      assertThat(call).isNotDone();
      CompletableFuture<JsonNode> other = invoke(elsewhere, node.id(), "drain-2");
      await().until(() -> node.asked("drain-2") == 1);
      node.answers();

      assertThat(late.path("error").path("code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(late.path("error").path("retryable").asBoolean()).isTrue();
      assertThat(late.path("error").path("message").asText())
          .isEqualTo("gateway stopping; connect again");
      assertThat(call.get(30, TimeUnit.SECONDS).path("ok").asBoolean()).isTrue();
      assertThat(caller.ended().get(30, TimeUnit.SECONDS).code()).isEqualTo(1012);
      assertThat(other.get(30, TimeUnit.SECONDS).path("ok").asBoolean()).isTrue();
      assertThat(socket.ended().get(30, TimeUnit.SECONDS).code()).isEqualTo(1012);
      await().until(() -> connected(elsewhere));
      JsonNode again = invoke(elsewhere, node.id(), "drain-3").get(30, TimeUnit.SECONDS);
      assertThat(again.path("ok").asBoolean()).as(again.toString()).isTrue();
      assertThat(gateways.awaitEnd(0, Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void e6aPendingApprovalSurvivesTheOrderlyEndOfItsInstance() throws Exception {
    ObjectNode ask = approval("e6");
    try (WireClient u = admin(1);
        WireClient r = WireClient.connect(gateways.port(0), second, Profile.approver(3))) {
      CompletableFuture<JsonNode> asked = r.request("exec.approval.request", ask);
      u.event("exec.approval.requested", payload -> payload.path("id").asText().equals("e6"));
      gateways.terminate(0);
      assertThat(r.ended().get(30, TimeUnit.SECONDS)).isEqualTo(new Ended(1012, "service restart"));
      assertThat(r.events("shutdown")).hasSize(1);
      assertThat(asked).isCompletedExceptionally();
      try (WireClient back = WireClient.connect(gateways.port(1), second, Profile.approver(3))) {
        CompletableFuture<JsonNode> again = back.request("exec.approval.request", ask);
        JsonNode resolved = u.call("exec.approval.resolve", decision("e6"));

        assertThat(resolved.path("ok").asBoolean()).as(resolved.toString()).isTrue();
        assertThat(again.get(30, TimeUnit.SECONDS).path("payload").path("decision").asText())
            .isEqualTo("deny");
        assertThat(u.events("exec.approval.requested")).hasSize(1);
      }
      assertThat(gateways.awaitEnd(0, Duration.ofSeconds(30))).isTrue();
    }
  }

  @Test
  void e14aRevokedOperatorLosesItsSocketAndAnotherDecides() throws Exception {
    try (WireClient admin = admin(0);
        WireClient u = WireClient.connect(gateways.port(1), second, Profile.approver(3))) {
      CompletableFuture<JsonNode> asked = admin.request("exec.approval.request", approval("e14"));
      u.event("exec.approval.requested", payload -> payload.path("id").asText().equals("e14"));
      JsonNode revoked =
          admin.call(
              "device.token.revoke",
              Json.object().put("deviceId", second.id()).put("role", "operator"));
      assertThat(revoked.path("ok").asBoolean()).as(revoked.toString()).isTrue();

      assertThat(u.ended().get(30, TimeUnit.SECONDS))
          .isEqualTo(new Ended(4001, "device token revoked"));
      assertThat(asked).isNotDone();
      assertThat(admin.call("exec.approval.resolve", decision("e14")).path("ok").asBoolean())
          .isTrue();
      assertThat(asked.get(30, TimeUnit.SECONDS).path("payload").path("decision").asText())
          .isEqualTo("deny");
    }
  }

  @Test
  void e19whatANewerReleaseSaysMoreIsIgnored() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (WireClient client = admin(0)) {
      RedisLink link =
          RedisLink.create(vertx, gateways.redis()).ready().await(30, TimeUnit.SECONDS);
      String all = gateways.redis().key("bus", "all");
      publish(link, all, "{\"v\":2,\"from\":\"newer\",\"kind\":\"Unheard\",\"body\":{\"a\":1}}");
      publish(link, all, "no json at all");
      publish(
          link,
          all,
          "{\"v\":2,\"from\":\"newer\",\"kind\":\"EventPublished\",\"hops\":3,\"body\":"
              + "{\"event\":\"voicewake.changed\",\"payload\":\"{\\\"triggers\\\":[\\\"e19\\\"]}\","
              + "\"urgency\":{\"level\":7}}}");

      JsonNode told =
          client.event("voicewake.changed", payload -> payload.toString().contains("e19"));
      assertThat(told.path("triggers").path(0).asText()).isEqualTo("e19");
      assertThat(client.call("health", "{}").path("ok").asBoolean()).isTrue();
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void p6aNodeRetryingElsewhereIsAcceptedOnceApproved() throws Exception {
    try (WireClient admin = admin(0)) {
      RefusedException refused =
          catchThrowableOfType(
              RefusedException.class,
              () -> WireClient.connect(gateways.port(STRICT), nodeDevice, Profile.node()));
      assertThat(refused.error().path("code").asText()).isEqualTo("NOT_PAIRED");
      String requestId = refused.error().path("details").path("requestId").asText();
      JsonNode approved =
          admin.call("device.pair.approve", Json.object().put("requestId", requestId));
      assertThat(approved.path("ok").asBoolean()).as(approved.toString()).isTrue();

      try (WireClient node =
          WireClient.connect(gateways.port(STRICT), nodeDevice, Profile.node())) {
        assertThat(node.hello().path("type").asText()).isEqualTo("hello-ok");
        await().until(() -> connected(admin));
      }
    }
  }

  private WireClient admin(int instance) throws IOException {
    return WireClient.connect(gateways.port(instance), operator, Profile.admin());
  }

  private boolean connected(WireClient client) {
    JsonNode nodes = client.call("node.list", "{}").path("payload").path("nodes");
    List<JsonNode> rows =
        StreamSupport.stream(nodes.spliterator(), false)
            .filter(row -> row.path("nodeId").asText().equals(nodeDevice.id()))
            .toList();
    assertThat(rows).hasSizeLessThanOrEqualTo(1);
    return !rows.isEmpty() && rows.getFirst().path("connected").asBoolean();
  }

  private static boolean disconnectOf(JsonNode payload, String deviceId) {
    return StreamSupport.stream(payload.path("presence").spliterator(), false)
        .anyMatch(
            row ->
                row.path("deviceId").asText().equals(deviceId)
                    && row.path("reason").asText().equals("disconnect"));
  }

  private static CompletableFuture<JsonNode> invoke(WireClient client, String nodeId, String key) {
    ObjectNode params = Json.object().put("nodeId", nodeId).put("command", "system.which");
    params.putObject("params").putArray("bins").add("sh");
    params.put("timeoutMs", 30_000).put("idempotencyKey", key);
    return client.request("node.invoke", params);
  }

  private static ObjectNode approval(String id) {
    return Json.object().put("id", id).put("command", "make " + id).put("timeoutMs", 30_000);
  }

  private static ObjectNode decision(String id) {
    return Json.object().put("id", id).put("decision", "deny");
  }

  private static void publish(RedisLink link, String channel, String text) {
    link.send(Request.cmd(Command.PUBLISH).arg(channel).arg(text));
  }
}
