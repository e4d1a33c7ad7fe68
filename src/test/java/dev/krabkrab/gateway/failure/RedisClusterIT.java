package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.redis.ClusteredRedis;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two instances on a Redis Cluster of three masters with a replica each, of which two die. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RedisClusterIT {
  /** Five seconds until the others take a master for dead, an election, and who follows. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);

  @Test
  void deadMastersAreReplacedAndWhatWasAskedIsDecidedOnce() throws Exception {
    ClusteredRedis redis = ClusteredRedis.startReplicated();
    try (GatewayProcesses gateways = GatewayProcesses.over(redis)) {
      gateways.add(Map.of());
      gateways.add(Map.of());
      gateways.awaitAll();
      try (WireClient asker = admin(gateways, 0);
          WireClient approver = admin(gateways, 1);
          NodeDouble node = new NodeDouble(gateways, 0, TestDevice.fresh())) {
        await().atMost(TAKEN_OVER).until(() -> Calls.listsAsConnected(approver, node.id()));
        for (int master = 0; master < 2; master++) {
          String id = "before-" + master;
          CompletableFuture<JsonNode> asked = Calls.ask(asker, id, Duration.ofMinutes(2));
          approver.event(Calls.REQUESTED, payload -> Calls.about(payload, id));
          long killedAt = System.nanoTime();
          redis.killMaster(master);

          JsonNode resolved = untilServed(approver, id);
          assertThat(Calls.ok(resolved)).as("%s", resolved).isTrue();
          assertThat(Calls.decision(Calls.in(TAKEN_OVER, asked))).isEqualTo("deny");
          await().atMost(TAKEN_OVER).until(() -> works(asker, approver, node));
          System.out.printf(
              "master %d of the cluster died: all works again after %d ms%n",
              master, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedAt));
          assertThat(Calls.events(asker, Calls.RESOLVED, id)).hasSize(1);
        }
        assertThat(asker.ended()).isNotDone();
        assertThat(approver.ended()).isNotDone();
      }
    }
  }

  /** Decides as a person would who is told to try again: every refusal says so. */
  private static JsonNode untilServed(WireClient approver, String id) {
    long until = System.nanoTime() + TAKEN_OVER.toNanos();
    while (true) {
      JsonNode frame = Calls.in(TAKEN_OVER, Calls.resolve(approver, id, "deny"));
      if (Calls.ok(frame) || System.nanoTime() > until) {
        return frame;
      }
      if (frame.at("/error/message").asText().equals("unknown approval id")
          || frame.at("/error/message").asText().contains("already resolved")) {
        // An answer that was lost on its way does not undo the decision.
        return approver.call("exec.approvals.get", "{}");
      }
      assertThat(frame.at("/error/code").asText()).as("%s", frame).isEqualTo("UNAVAILABLE");
      assertThat(frame.at("/error/retryable").asBoolean()).as("%s", frame).isTrue();
    }
  }

  /** One more of everything, over both instances. */
  private static boolean works(WireClient asker, WireClient approver, NodeDouble node) {
    String id = "after-" + System.nanoTime();
    CompletableFuture<JsonNode> asked = Calls.ask(asker, id, Duration.ofSeconds(20));
    JsonNode resolved = Calls.in(TAKEN_OVER, Calls.resolve(approver, id, "deny"));
    if (!Calls.ok(resolved)) {
      return false;
    }
    CompletableFuture<JsonNode> call =
        Calls.invoke(approver, node.id(), id, Duration.ofSeconds(20));
    return Calls.decision(Calls.in(TAKEN_OVER, asked)).equals("deny")
        && Calls.ok(Calls.in(TAKEN_OVER, call));
  }

  private static WireClient admin(GatewayProcesses gateways, int instance) throws Exception {
    return WireClient.connect(gateways.port(instance), TestDevice.fresh(), Profile.admin());
  }
}
