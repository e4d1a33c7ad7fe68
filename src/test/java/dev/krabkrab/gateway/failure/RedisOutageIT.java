package dev.krabkrab.gateway.failure;

import static dev.krabkrab.gateway.failure.Calls.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.e2e.WireClient.RefusedException;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis is away for a while: what was open stays open, and what was asked is answered. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RedisOutageIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT_LIVED = Duration.ofSeconds(15);
  private static FaultyCluster cluster;

  private final TestDevice stranger = TestDevice.fresh();
  private WireClient requester;
  private WireClient approver;
  private NodeDouble node;

  @BeforeAll
  static void startCluster() {
    cluster = FaultyCluster.start(2, RedisProcess.startDurable());
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void connect() throws IOException {
    requester = client(0, Profile.admin());
    approver = client(1, Profile.admin());
    node = new NodeDouble(cluster.gateways(), 0, TestDevice.fresh());
    await().atMost(RECOVERY).until(() -> invokable("before"));
  }

  @AfterEach
  void disconnect() {
    node.close();
    requester.close();
    approver.close();
  }

  @Test
  void redisAwayForASecondCostsNobodyAnythingButTime() {
    outage(
        "one-second",
        () -> {
          cluster.redis().stop();
          FaultyCluster.last(Duration.ofSeconds(1));
          cluster.redis().start();
        });
  }

  @Test
  void redisThatHangsForASecondCostsNobodyAnythingButTime() {
    outage(
        "hangs",
        () -> {
          cluster.redis().pause();
          FaultyCluster.last(Duration.ofSeconds(1));
          cluster.redis().resume();
        });
  }

  @Test
  void redisBackEmptyIsToldWhatIsConnectedAndPending() {
    outage(
        "empty",
        () -> {
          cluster.redis().stop();
          cluster.redis().wipe();
          cluster.redis().start();
        });
  }

  @Test
  void redisAwayForHalfAMinuteIsAnsweredInTimeAndDecidesNothing() {
    outage(
        "half-minute",
        () -> {
          CompletableFuture<JsonNode> shortLived =
              Calls.ask(requester, "ends-in-the-outage", SHORT_LIVED);
          approver.event(Calls.REQUESTED, payload -> Calls.about(payload, "ends-in-the-outage"));
          long until = System.nanoTime() + LONG.toNanos();
          cluster.redis().stop();
          int round = 0;
          while (System.nanoTime() < until) {
            List.of(requester, approver).forEach(Calls::refusesWhatNeedsRedis);
            // Node and caller share an instance: nothing of it needs Redis.
            CompletableFuture<JsonNode> near =
                Calls.invoke(requester, node.id(), "near-" + round++, Duration.ofSeconds(5));
            assertThat(Calls.in(Calls.REFUSAL, near).has("ok")).isTrue();
            strangerIsRefusedRetryably();
            FaultyCluster.last(Duration.ofSeconds(3));
          }
          assertThat(Calls.decision(Calls.in(Calls.REFUSAL, shortLived))).isEqualTo("none");
          await().until(() -> !approver.events("tick").isEmpty());
          cluster.redis().start();
        });
    assertThat(Calls.events(approver, Calls.RESOLVED, "ends-in-the-outage")).isEmpty();
  }

  private void outage(String id, Runnable fault) {
    CompletableFuture<JsonNode> asked = Calls.ask(requester, id, Duration.ofMinutes(2));
    approver.event(Calls.REQUESTED, payload -> Calls.about(payload, id));
    fault.run();
    long backAt = System.nanoTime();
    await().atMost(RECOVERY).until(() -> decided(id));
    assertThat(Calls.decision(Calls.in(RECOVERY, asked))).isEqualTo("allow-once");
    await().atMost(RECOVERY).until(() -> invokable(id));
    for (WireClient client : List.of(requester, approver)) {
      await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(client, node.id()));
      await().atMost(RECOVERY).until(() -> Calls.listsAsPresent(client, node.id()));
      client.event(Calls.RESOLVED, payload -> Calls.about(payload, id));
      assertThat(Calls.events(client, Calls.REQUESTED, id)).hasSize(1);
      assertThat(Calls.events(client, Calls.RESOLVED, id)).hasSize(1);
      assertThat(client.ended()).isNotDone();
    }
    System.out.printf(
        "outage %s: all is well %d ms after it%n",
        id, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - backAt));
  }

  /** Whether it is decided, if need be by an attempt whose answer was lost with a connection. */
  private boolean decided(String id) {
    JsonNode frame = Calls.in(RECOVERY, Calls.resolve(approver, id, "allow-once"));
    return Calls.ok(frame) || frame.at("/error/details/decision").asText().equals("allow-once");
  }

  /** Whether the other instance reaches the node. */
  private boolean invokable(String key) {
    String fresh = key + System.nanoTime();
    return Calls.ok(
        Calls.in(RECOVERY, Calls.invoke(approver, node.id(), fresh, Duration.ofSeconds(3))));
  }

  private void strangerIsRefusedRetryably() {
    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () ->
                WireClient.connect(cluster.gateways().port(0), stranger, Profile.admin()).close());
    assertThat(refused).isNotNull();
    assertThat(refused.error().path("code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(refused.error().path("retryable").asBoolean()).isTrue();
  }

  private static WireClient client(int instance, Profile profile) throws IOException {
    return WireClient.connect(cluster.gateways().port(instance), TestDevice.fresh(), profile);
  }
}
