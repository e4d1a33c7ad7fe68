package dev.krabkrab.gateway.failure;

import static dev.krabkrab.gateway.failure.Calls.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.failure.RedisProxy.Way;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The network between one instance and Redis fails, the other instance's does not. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NetworkCutIT {
  @RegisterExtension
  static final FaultyCluster cluster = FaultyCluster.start(2, RedisProcess.startEmpty());

  private WireClient here;
  private WireClient there;
  private NodeDouble node;

  /** The first instance is the one whose network fails; requester and node are on it. */
  @BeforeEach
  void connect() throws IOException {
    here = client(0);
    there = client(1);
    node = new NodeDouble(cluster.gateways(), 0, TestDevice.fresh());
    await().atMost(RECOVERY).until(() -> invokable("before"));
  }

  @AfterEach
  void disconnect() {
    cluster.network(0).pass();
    node.close();
    here.close();
    there.close();
  }

  @Test
  void aResetConnectionToRedisIsMadeAgain() {
    CompletableFuture<JsonNode> asked = asked("reset");
    cluster.network(0).cut();
    Calls.refusesWhatNeedsRedis(here);
    decideThere("reset", "deny");
    cluster.network(0).pass();
    wellAgain("reset", asked, "deny");
  }

  @Test
  void anInstanceCutOffRefusesInTimeWhileTheOthersServe() {
    CompletableFuture<JsonNode> asked = asked("cut-off");
    cluster.network(0).drop();
    CompletableFuture<JsonNode> invoke =
        Calls.invoke(there, node.id(), "into-the-cut", Duration.ofSeconds(60));
    decideThere("cut-off", "allow-once");
    long until = System.nanoTime() + Calls.LEASE.toNanos();
    boolean told = false;
    while (System.nanoTime() < until && !told) {
      Calls.refusesWhatNeedsRedis(here);
      Calls.succeeds(Calls.REFUSAL, there.request("exec.approvals.get", Json.object()));
      told = invoke.isDone();
    }
    JsonNode answer = Calls.in(Calls.REFUSAL, invoke);
    assertThat(answer.at("/error/code").asText()).as("%s", answer).isEqualTo("UNAVAILABLE");
    assertThat(asked).isNotDone();
    cluster.network(0).pass();
    wellAgain("cut-off", asked, "allow-once");
    assertThat(node.asked("into-the-cut")).isLessThanOrEqualTo(1);
  }

  @Test
  void aDecisionWhoseAnswerIsLostIsTakenOnceAndToldToEverybody() {
    CompletableFuture<JsonNode> asked = Calls.ask(there, "answer-lost", Duration.ofMinutes(1));
    here.event(Calls.REQUESTED, payload -> Calls.about(payload, "answer-lost"));
    cluster.network(0).drop(Way.FROM_REDIS);
    Calls.refusedRetryably("resolve", Calls.resolve(here, "answer-lost", "allow-once"));
    assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("allow-once");
    there.event(Calls.RESOLVED, payload -> Calls.about(payload, "answer-lost"));
    cluster.network(0).pass();
    here.event(Calls.RESOLVED, payload -> Calls.about(payload, "answer-lost"));
    await().atMost(RECOVERY).until(() -> Calls.ok(here.call("exec.approvals.get", "{}")));
    JsonNode again = Calls.in(RECOVERY, Calls.resolve(here, "answer-lost", "deny"));
    assertThat(again.at("/error/message").asText()).isEqualTo("unknown approval id");
    assertThat(again.at("/error/details/decision").asText()).isEqualTo("allow-once");
    toldOnce("answer-lost", "allow-once");
  }

  @Test
  void aDecisionThatReachesRedisTooLateChangesNothing() {
    CompletableFuture<JsonNode> asked = asked("too-late");
    cluster.network(0).drop(Way.TO_REDIS);
    Calls.refusedRetryably("resolve", Calls.resolve(here, "too-late", "allow-always"));
    decideThere("too-late", "deny");
    cluster.network(0).pass();
    wellAgain("too-late", asked, "deny");
  }

  @Test
  void aSlowNetworkSlowsCallsAndLosesNone() {
    cluster.network(0).delay(Duration.ofMillis(150));
    CompletableFuture<JsonNode> asked = asked("slow");
    CompletableFuture<JsonNode> invoke =
        Calls.invoke(there, node.id(), "slowly", Duration.ofSeconds(20));
    Calls.succeeds(RECOVERY, invoke);
    decideThere("slow", "allow-always");
    wellAgain("slow", asked, "allow-always");
    assertThat(node.asked("slowly")).isEqualTo(1);
  }

  @Test
  void aNetworkSlowerThanTheTimeoutIsAsGoodAsNone() {
    CompletableFuture<JsonNode> asked = asked("slower");
    cluster.network(0).delay(Duration.ofSeconds(5));
    Calls.refusesWhatNeedsRedis(here);
    decideThere("slower", "deny");
    cluster.network(0).pass();
    wellAgain("slower", asked, "deny");
  }

  private CompletableFuture<JsonNode> asked(String id) {
    CompletableFuture<JsonNode> asked = Calls.ask(here, id, Duration.ofMinutes(2));
    there.event(Calls.REQUESTED, payload -> Calls.about(payload, id));
    return asked;
  }

  private void decideThere(String id, String decision) {
    Calls.succeeds(Calls.REFUSAL, Calls.resolve(there, id, decision));
  }

  private void wellAgain(String id, CompletableFuture<JsonNode> asked, String decision) {
    long healedAt = System.nanoTime();
    assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo(decision);
    await().atMost(RECOVERY).until(() -> Calls.ok(here.call("exec.approvals.get", "{}")));
    await().atMost(RECOVERY).until(() -> invokable(id));
    for (WireClient client : List.of(here, there)) {
      await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(client, node.id()));
      await().atMost(RECOVERY).until(() -> Calls.listsAsPresent(client, node.id()));
      assertThat(client.ended()).isNotDone();
    }
    toldOnce(id, decision);
    System.out.printf(
        "network %s: all is well %d ms after it%n",
        id, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healedAt));
  }

  private void toldOnce(String id, String decision) {
    for (WireClient client : List.of(here, there)) {
      client.event(Calls.RESOLVED, payload -> Calls.about(payload, id));
      assertThat(Calls.events(client, Calls.RESOLVED, id))
          .extracting(payload -> payload.path("decision").asText())
          .containsExactly(decision);
      assertThat(Calls.events(client, Calls.REQUESTED, id)).hasSize(1);
    }
  }

  private boolean invokable(String key) {
    String fresh = key + System.nanoTime();
    return Calls.ok(
        Calls.in(RECOVERY, Calls.invoke(there, node.id(), fresh, Duration.ofSeconds(3))));
  }

  private static WireClient client(int instance) throws IOException {
    return WireClient.connect(
        cluster.gateways().port(instance), TestDevice.fresh(), Profile.admin());
  }
}
