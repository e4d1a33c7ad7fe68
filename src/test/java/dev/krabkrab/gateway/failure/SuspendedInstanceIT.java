package dev.krabkrab.gateway.failure;

import static dev.krabkrab.gateway.failure.Calls.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An instance stops (SIGSTOP) with its sockets open, and goes on later as if nothing had been. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SuspendedInstanceIT {
  private static final int VICTIM = 0;

  @RegisterExtension
  static final FaultyCluster cluster = FaultyCluster.start(2, RedisProcess.startEmpty());

  private final TestDevice nodeDevice = TestDevice.fresh();
  private WireClient here;
  private WireClient there;

  /** The first client is on the instance that stops. */
  @BeforeEach
  void connect() throws IOException {
    here = WireClient.connect(port(VICTIM), TestDevice.fresh(), Profile.admin());
    there = WireClient.connect(port(1), TestDevice.fresh(), Profile.admin());
  }

  @AfterEach
  void disconnect() {
    cluster.gateways().resume(VICTIM);
    here.close();
    there.close();
  }

  @Test
  void whatWasDecidedMeanwhileReachesTheRequesterOnceItsInstanceGoesOn() {
    CompletableFuture<JsonNode> asked = asked("meanwhile", Duration.ofMinutes(1));
    cluster.gateways().suspend(VICTIM);
    Calls.succeeds(Calls.REFUSAL, Calls.resolve(there, "meanwhile", "allow-once"));
    assertThat(asked).isNotDone();
    cluster.gateways().resume(VICTIM);
    assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("allow-once");
    here.event(Calls.RESOLVED, payload -> Calls.about(payload, "meanwhile"));
    assertThat(Calls.events(here, Calls.RESOLVED, "meanwhile")).hasSize(1);
    assertThat(here.ended()).isNotDone();
  }

  @Test
  void aDecisionThatWaitedInAStoppedInstanceLosesToAnEarlierOne() {
    CompletableFuture<JsonNode> asked = Calls.ask(there, "overtaken", Duration.ofMinutes(1));
    here.event(Calls.REQUESTED, payload -> Calls.about(payload, "overtaken"));
    cluster.gateways().suspend(VICTIM);
    CompletableFuture<JsonNode> late = Calls.resolve(here, "overtaken", "allow-always");
    Calls.succeeds(Calls.REFUSAL, Calls.resolve(there, "overtaken", "deny"));
    cluster.gateways().resume(VICTIM);
    assertThat(Calls.in(RECOVERY, late).at("/error/message").asText())
        .isEqualTo("unknown approval id");
    assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("deny");
    assertThat(Calls.events(there, Calls.RESOLVED, "overtaken")).hasSize(1);
  }

  @Test
  void aDecisionThatWaitedUntilTheApprovalWasOverIsNotTaken() {
    CompletableFuture<JsonNode> asked = Calls.ask(there, "expired", Duration.ofSeconds(8));
    here.event(Calls.REQUESTED, payload -> Calls.about(payload, "expired"));
    cluster.gateways().suspend(VICTIM);
    CompletableFuture<JsonNode> late = Calls.resolve(here, "expired", "allow-once");
    assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("none");
    cluster.gateways().resume(VICTIM);
    assertThat(Calls.ok(Calls.in(RECOVERY, late))).isFalse();
    assertThat(Calls.events(there, Calls.RESOLVED, "expired")).isEmpty();
    assertThat(Calls.events(here, Calls.RESOLVED, "expired")).isEmpty();
  }

  @Test
  void anInstanceThatSleptPastItsLeaseLosesItsNodesToNobodyAndFindsItself() throws Exception {
    try (WireClient old = WireClient.connect(port(VICTIM), nodeDevice, Profile.node())) {
      String nodeId = nodeDevice.id();
      await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(there, nodeId));
      CompletableFuture<JsonNode> asked = asked("long-sleep", Duration.ofMinutes(2));
      cluster.gateways().suspend(VICTIM);
      CompletableFuture<JsonNode> invoke =
          Calls.invoke(there, nodeId, "into-the-sleep", Duration.ofSeconds(60));
      JsonNode refused = Calls.in(Calls.LEASE, invoke);
      assertThat(refused.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
      await().atMost(RECOVERY).until(() -> !Calls.listsAsConnected(there, nodeId));
      cluster.gateways().resume(VICTIM);

      await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(there, nodeId));
      await().atMost(RECOVERY).until(() -> Calls.listsAsPresent(there, nodeId));
      Calls.succeeds(Calls.REFUSAL, Calls.resolve(there, "long-sleep", "deny"));
      assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("deny");
      CompletableFuture<JsonNode> again =
          Calls.invoke(there, nodeId, "after-the-sleep", Duration.ofSeconds(20));
      JsonNode request = old.event("node.invoke.request", p -> keyOf(p).equals("after-the-sleep"));
      old.call(
          "node.invoke.result",
          Json.object()
              .put("id", request.path("id").asText())
              .put("nodeId", nodeId)
              .put("ok", true)
              .put("payloadJSON", "{}"));
      Calls.succeeds(RECOVERY, again);
      // What was asked of the sleeper and answered as failed may not run afterwards as well.
      assertThat(old.events("node.invoke.request"))
          .extracting(SuspendedInstanceIT::keyOf)
          .containsExactly("after-the-sleep");
    }
  }

  @Test
  void aNodeThatMovedOnKeepsItsNewConnectionWhenTheOldInstanceWakes() throws Exception {
    try (WireClient old = WireClient.connect(port(VICTIM), nodeDevice, Profile.node())) {
      String nodeId = nodeDevice.id();
      await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(there, nodeId));
      cluster.gateways().suspend(VICTIM);
      CompletableFuture<JsonNode> before =
          Calls.invoke(there, nodeId, "to-the-old", Duration.ofSeconds(20));
      try (NodeDouble moved = new NodeDouble(cluster.gateways(), 1, nodeDevice)) {
        await()
            .atMost(RECOVERY)
            .until(() -> Calls.ok(there.call("node.describe", nodeParams(nodeId))));
        Calls.succeeds(RECOVERY, Calls.invoke(there, nodeId, "moved", Duration.ofSeconds(20)));
        cluster.gateways().resume(VICTIM);

        assertThat(old.ended().get(30, TimeUnit.SECONDS).code()).isEqualTo(1008);
        assertThat(Calls.in(Calls.LEASE, before).has("ok")).isTrue();
        for (WireClient client : new WireClient[] {here, there}) {
          await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(client, nodeId));
          String key = "after-" + System.nanoTime();
          Calls.succeeds(RECOVERY, Calls.invoke(client, nodeId, key, Duration.ofSeconds(20)));
          assertThat(moved.asked(key)).isEqualTo(1);
        }
        assertThat(moved.roamer().client().ended()).isNotDone();
        assertThat(old.events("node.invoke.request"))
            .extracting(SuspendedInstanceIT::keyOf)
            .doesNotContain("moved");
      }
    }
  }

  private CompletableFuture<JsonNode> asked(String id, Duration timeout) {
    CompletableFuture<JsonNode> asked = Calls.ask(here, id, timeout);
    there.event(Calls.REQUESTED, payload -> Calls.about(payload, id));
    return asked;
  }

  private static String keyOf(JsonNode request) {
    return request.path("idempotencyKey").asText();
  }

  private static JsonNode nodeParams(String nodeId) {
    return Json.object().put("nodeId", nodeId);
  }

  private static int port(int instance) {
    return cluster.gateways().port(instance);
  }
}
