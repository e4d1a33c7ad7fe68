package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.LastRelease;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three instances are upgraded from the last release to this tree one after the other, under load,
 * and back again: at every step both builds decide, invoke and configure for each other.
 */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class TwoBuildsIT {
  private static final int INSTANCES = 3;
  private static final int CLIENTS = 60;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration ENDED = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(9);

  private final TestDevice asker = TestDevice.fresh();
  private final TestDevice admin = TestDevice.fresh();
  private final TestDevice nodeDevice = TestDevice.fresh();
  private final CrowdClient.Tally tally = new CrowdClient.Tally();
  private int step;

  @Test
  void oneReleaseFollowsTheOtherAndBack() throws Exception {
    Path old = LastRelease.jar();
    List<CrowdClient> crowd = new ArrayList<>();
    try (GatewayProcesses gateways = GatewayProcesses.over(RedisProcess.startEmpty())) {
      for (int i = 0; i < INSTANCES; i++) {
        gateways.add(old, Map.of());
      }
      gateways.awaitAll();
      try (Balancer balancer = Balancer.over(gateways);
          NodeDouble node = new NodeDouble(gateways, 0, nodeDevice)) {
        HttpClient http = HttpClient.newHttpClient();
        for (int i = 0; i < CLIENTS; i++) {
          crowd.add(new CrowdClient(http, balancer.port(), tally));
        }
        awaitAll(crowd);
        worksTogether(gateways, node);
        ask(gateways.port(0), "asked-of-the-old");
        roll(gateways, crowd, node, null);
        decide(gateways.port(1), "asked-of-the-old");
        ask(gateways.port(0), "asked-of-the-new");
        roll(gateways, crowd, node, old);
        decide(gateways.port(1), "asked-of-the-new");
      } finally {
        crowd.forEach(CrowdClient::close);
      }
    }
    assertThat(tally.hanging).hasValue(0);
    assertThat(tally.answeredTwice).hasValue(0);
    assertThat(tally.seqHoles).hasValue(0);
    assertThat(tally.answered.get()).isGreaterThan(CLIENTS);
  }

  /** Each in turn, the others serve meanwhile. */
  private void roll(
      GatewayProcesses gateways, List<CrowdClient> crowd, NodeDouble node, @Nullable Path build)
      throws IOException {
    for (int i = 0; i < INSTANCES; i++) {
      gateways.terminate(i);
      assertThat(gateways.awaitEnd(i, ENDED)).as(gateways::logs).isTrue();
      gateways.build(i, build);
      gateways.restart(i);
      gateways.awaitAll();
      awaitAll(crowd);
      worksTogether(gateways, node);
      System.out.println("two builds: instance " + i + " runs the other one; " + tally);
    }
  }

  /** What one instance is asked, every other one decides, carries and hears of. */
  private void worksTogether(GatewayProcesses gateways, NodeDouble node) throws IOException {
    List<WireClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < INSTANCES; i++) {
        clients.add(WireClient.connect(gateways.port(i), admin, Profile.admin()));
      }
      for (int i = 0; i < INSTANCES; i++) {
        WireClient client = clients.get(i);
        await().atMost(SOON).until(() -> Calls.listsAsConnected(client, node.id()));
        invokes(client, node, "invoke-" + step + "-" + i);
        for (int j = 0; j < INSTANCES; j++) {
          approves(client, clients.get(j), "approval-" + step + "-" + i + "-" + j);
        }
        configures(client, clients);
      }
    } finally {
      clients.forEach(WireClient::close);
    }
    step++;
  }

  private static void invokes(WireClient client, NodeDouble node, String key) {
    CompletableFuture<JsonNode> call = Calls.invoke(client, node.id(), key, Duration.ofSeconds(10));
    Calls.succeeds(SOON, call);
    assertThat(node.asked(key)).isEqualTo(1);
  }

  private static void approves(WireClient from, WireClient by, String id) {
    CompletableFuture<JsonNode> asked = Calls.ask(from, id, Duration.ofMinutes(1));
    by.event(Calls.REQUESTED, payload -> Calls.about(payload, id));
    Calls.succeeds(SOON, Calls.resolve(by, id, "deny"));
    assertThat(Calls.decision(Calls.in(SOON, asked))).isEqualTo("deny");
    from.event(Calls.RESOLVED, payload -> Calls.about(payload, id));
  }

  /** A setting written here is read everywhere. */
  private void configures(WireClient client, List<WireClient> all) {
    String word = "word" + step + all.indexOf(client);
    Calls.succeeds(
        SOON,
        client.request("voicewake.set", Json.object().set("triggers", Json.texts(List.of(word)))));
    for (WireClient reader : all) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  reader
                      .call("voicewake.get", "{}")
                      .at("/payload/triggers/0")
                      .asText()
                      .equals(word));
    }
  }

  private void ask(int port, String id) throws IOException {
    try (WireClient client = WireClient.connect(port, asker, Profile.approver(3))) {
      Calls.ask(client, id, LONG);
      client.event(Calls.REQUESTED, payload -> Calls.about(payload, id));
    }
  }

  private void decide(int port, String id) throws IOException {
    try (WireClient again = WireClient.connect(port, asker, Profile.approver(3));
        WireClient approver = WireClient.connect(port, TestDevice.fresh(), Profile.approver(4))) {
      CompletableFuture<JsonNode> asked = Calls.ask(again, id, LONG);
      Calls.succeeds(SOON, Calls.resolve(approver, id, "deny"));
      assertThat(Calls.decision(Calls.in(SOON, asked))).isEqualTo("deny");
    }
  }

  private static void awaitAll(List<CrowdClient> crowd) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> crowd.stream().filter(CrowdClient::connected).count() == crowd.size());
  }
}
