package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three instances behind a balancer are restarted one after the other under five hundred clients.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RollingRestartIT {
  private static final int CLIENTS = 500;
  private static final Duration ALL_CONNECTED = Duration.ofSeconds(60);
  private static final Duration ALL_BACK = Duration.ofSeconds(60);
  private static final Duration DRAINED = Duration.ofSeconds(30);
  private static final Duration FINE = Duration.ofMillis(100);

  private final TestDevice requester = TestDevice.fresh();
  private final CrowdClient.Tally tally = new CrowdClient.Tally();

  @Test
  void everyClientComesBackAndEveryCallEnds() throws Exception {
    List<CrowdClient> crowd = new ArrayList<>();
    try (FaultyCluster cluster = FaultyCluster.start(3, RedisProcess.startEmpty());
        Balancer balancer = Balancer.over(cluster)) {
      HttpClient http = HttpClient.newHttpClient();
      for (int i = 0; i < CLIENTS; i++) {
        crowd.add(new CrowdClient(http, balancer.port(), tally));
      }
      awaitAll(crowd, ALL_CONNECTED);
      ask(balancer.port());
      for (int i = 0; i < cluster.gateways().size(); i++) {
        long startedAt = System.nanoTime();
        cluster.gateways().terminate(i);
        assertThat(cluster.gateways().awaitEnd(i, DRAINED)).as(cluster.gateways()::logs).isTrue();
        cluster.gateways().restart(i);
        cluster.gateways().awaitAll();
        awaitAll(crowd, ALL_BACK);
        System.out.printf(
            "rolling restart: instance %d and all its clients are back after %d ms; %s%n",
            i, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt), tally);
      }
      decide(balancer.port());
      assertThat(tally.hanging).hasValue(0);
      assertThat(tally.cutOff).as("calls without an answer").hasValue(0);
      assertThat(tally.answeredTwice).hasValue(0);
      assertThat(tally.seqHoles).hasValue(0);
      assertThat(tally.slowConsumer).hasValue(0);
      assertThat(tally.answered.get()).isGreaterThan(CLIENTS);
    } finally {
      crowd.forEach(CrowdClient::close);
    }
  }

  private static void awaitAll(List<CrowdClient> crowd, Duration bound) {
    await()
        .atMost(bound)
        .pollInterval(FINE)
        .until(() -> crowd.stream().filter(CrowdClient::connected).count() == crowd.size());
  }

  /** Asks, and leaves before there is a decision. */
  private void ask(int port) throws IOException {
    try (WireClient client = WireClient.connect(port, requester, Profile.approver(3))) {
      Calls.ask(client, "before-the-restart", Duration.ofMinutes(3));
      client.event(Calls.REQUESTED, payload -> Calls.about(payload, "before-the-restart"));
    }
  }

  /** Asks for the same again: it is still pending, and gets the decision. */
  private void decide(int port) throws IOException {
    try (WireClient again = WireClient.connect(port, requester, Profile.approver(3));
        WireClient approver = WireClient.connect(port, TestDevice.fresh(), Profile.approver(4))) {
      CompletableFuture<JsonNode> asked =
          Calls.ask(again, "before-the-restart", Duration.ofMinutes(3));
      Calls.succeeds(Calls.REFUSAL, Calls.resolve(approver, "before-the-restart", "deny"));
      assertThat(Calls.decision(Calls.in(Calls.RECOVERY, asked))).isEqualTo("deny");
    }
  }
}
