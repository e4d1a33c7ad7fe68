package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an instance, a device and a connection may have, and what who asks for more is told. */
class LimitsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Test
  void aClientThatFindsTheInstanceFullIsToldToComeBackAndFindsRoomOnAnother() {
    try (Cluster cluster = limited("connections:2");
        Peer first = cluster.admin(0);
        Peer second = cluster.admin(0)) {
      assertThat(knock(cluster.port(0))).isEqualTo("1013 gateway busy");
      cluster.admin(1).close();

      second.close();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(knock(cluster.port(0))).isEqualTo("connect.challenge"));
      assertThat(first.ok("health", "{}").path("ok").asBoolean()).isTrue();
    }
  }

  /** At a hundredth of a default instance, which is filled in three seconds. */
  @ParameterizedTest
  @ValueSource(
      strings = {"X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 2001:db8::%x", "X-N: 0"})
  void whoUpgradesAndNeverAsksToBeLetInKeepsNobodyOut(String origin) throws Exception {
    String config =
        ("{gateway:{auth:{token:'%s'},trustedProxies:['127.0.0.1'],"
                + "limits:{connections:100,plainSockets:100}}}")
            .formatted(Cluster.TOKEN);
    Connect client = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    List<FloodSocket> flood = new CopyOnWriteArrayList<>();
    try (Cluster cluster = Cluster.of(2, config);
        Peer inside = Peer.connected(cluster.port(0), client)) {
      ScheduledExecutorService stranger = Executors.newSingleThreadScheduledExecutor();
      try {
        stranger.scheduleWithFixedDelay(
            () -> flood.add(FloodSocket.asking(cluster.port(0), origin.formatted(flood.size()))),
            0,
            25,
            TimeUnit.MILLISECONDS);
        await().atMost(PATIENCE).until(() -> flood.size() > 120);

        for (int i = 0; i < 5; i++) {
          Peer.connected(cluster.port(0), client, "X-Forwarded-For: 203.0.113.8").close();
          inside.ok("health", "{}");
        }
        Peer.connected(cluster.port(1), client, "X-Forwarded-For: 203.0.113.7").close();
      } finally {
        stranger.shutdownNow();
        stranger.awaitTermination(30, TimeUnit.SECONDS);
      }
    } finally {
      flood.forEach(FloodSocket::close);
    }
  }

  @Test
  void aDeviceHasSoManyConnectionsAndNoMore() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect connect = Connect.operator(4).device(keys).token(Cluster.TOKEN);
    try (Cluster cluster = limited("connectionsPerDevice:2");
        Peer first = Peer.connected(cluster.port(0), connect);
        Peer second = Peer.connected(cluster.port(0), connect);
        Peer third = Peer.open(cluster.port(0))) {
      JsonNode error = third.connect(connect).path("error");
      assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(error.path("message").asText())
          .isEqualTo("this device has 2 connections; close some of them");
      assertThat(error.path("retryable").asBoolean()).isTrue();
      assertThat(error.path("retryAfterMs").asInt()).isBetween(500, 2_000);
      assertThat(third.closed().code()).isEqualTo(1013);
      cluster.admin(0).close();

      second.close();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                try (Peer again = Peer.open(cluster.port(0))) {
                  assertThat(again.connect(connect).path("ok").asBoolean()).isTrue();
                }
              });
      assertThat(first.isClosed()).isFalse();
    }
  }

  @Test
  void aConnectionHasSoManyUnansweredRequestsAndNoMore() {
    try (Cluster cluster = limited("requestsInFlight:16");
        Peer asker = cluster.admin(0);
        Peer approver = cluster.admin(1)) {
      List<String> asked = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        asked.add(ask(asker, "a" + i));
        String id = "a" + i;
        approver.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
      }

      JsonNode refused = asker.call("health", "{}").path("error");
      assertThat(refused.path("code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(refused.path("message").asText())
          .isEqualTo(
              "too many unanswered requests on this connection"
                  + " (16, gateway.limits.requestsInFlight); wait for answers");
      assertThat(refused.path("retryable").asBoolean()).isTrue();

      approver.ok("exec.approval.resolve", "{\"id\":\"a3\",\"decision\":\"deny\"}");
      assertThat(asker.answer(asked.get(3)).at("/payload/decision").asText()).isEqualTo("deny");
      asker.ok("health", "{}");
    }
  }

  @Test
  void aDeviceHasSoManyUndecidedApprovalsAlsoWhenItLeaves() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect connect = Connect.operator(3).device(keys).token(Cluster.TOKEN);
    try (Cluster cluster =
            limited("pendingApprovalsPerDevice:3,pendingApprovalKilobytesPerDevice:64");
        Peer approver = cluster.admin(1)) {
      try (Peer asker = Peer.connected(cluster.port(0), connect)) {
        for (int i = 0; i < 3; i++) {
          String id = "p" + i;
          ask(asker, id);
          approver.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
        }
      }
      try (Peer again = Peer.connected(cluster.port(0), connect);
          Peer other = cluster.admin(0);
          Peer wordy = cluster.admin(0)) {
        manyLongOnesAtOnce(wordy, approver);
        assertThat(refusal(again.answer(ask(again, "p3"))))
            .isEqualTo(
                "too many pending approvals of this device"
                    + " (3, gateway.limits.pendingApprovalsPerDevice); wait for decisions");
        ask(other, "q0");
        approver.event("exec.approval.requested", event -> event.path("id").asText().equals("q0"));

        approver.ok("exec.approval.resolve", "{\"id\":\"p1\",\"decision\":\"deny\"}");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  ask(again, "p4");
                  approver.event(
                      "exec.approval.requested", event -> event.path("id").asText().equals("p4"));
                });
      }
    }
  }

  private static void manyLongOnesAtOnce(Peer asker, Peer approver) {
    ObjectNode params = Json.object().put("timeoutMs", 60_000).put("command", "x".repeat(30_000));
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asked.add(asker.send("exec.approval.request", params.deepCopy().put("id", "long" + i)));
    }
    assertThat(refusal(asker.answer(asked.get(2))))
        .isEqualTo(
            "too many kilobytes of pending approvals of this device"
                + " (64, gateway.limits.pendingApprovalKilobytesPerDevice); wait for decisions");
    requested(approver, "long0");
    requested(approver, "long1");
    approver.ok("exec.approval.resolve", "{\"id\":\"long0\",\"decision\":\"deny\"}");
    asker.answer(asked.getFirst());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              asker.send("exec.approval.request", params.deepCopy().put("id", "long3"));
              requested(approver, "long3");
            });
  }

  @Test
  void aConnectionWaitsForSoManyApprovalsAndItsDeviceForMoreOverAnother() {
    Connect connect = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Cluster cluster = limited("pendingApprovalsPerConnection:2");
        Peer asker = Peer.connected(cluster.port(0), connect);
        Peer approver = cluster.admin(1)) {
      List<String> asked = List.of(ask(asker, "w0"), ask(asker, "w1"));
      requested(approver, "w0");
      requested(approver, "w1");

      assertThat(refusal(asker.answer(ask(asker, "w2"))))
          .isEqualTo(
              "too many pending approvals on this connection"
                  + " (2, gateway.limits.pendingApprovalsPerConnection); wait for decisions");
      try (Peer second = Peer.connected(cluster.port(0), connect)) {
        ask(second, "w3");
        requested(approver, "w3");
      }

      approver.ok("exec.approval.resolve", "{\"id\":\"w1\",\"decision\":\"deny\"}");
      assertThat(asker.answer(asked.get(1)).at("/payload/decision").asText()).isEqualTo("deny");
      ask(asker, "w4");
      requested(approver, "w4");
    }
  }

  @Test
  void aCallerWaitsForSoManyInvokesOfANodeOnTheOtherInstance() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Cluster cluster = limited("pendingInvokesPerCaller:2");
        Peer caller = cluster.admin(0);
        Peer other = cluster.admin(0);
        Peer node = node(cluster.port(1), 4, keys)) {
      List<String> invoked = List.of(invoke(caller, keys, "i0"), invoke(caller, keys, "i1"));
      JsonNode first = asked(node, "i0");
      asked(node, "i1");

      assertThat(refusal(caller.answer(invoke(caller, keys, "i2"))))
          .isEqualTo(
              "too many pending node invokes on this connection"
                  + " (2, gateway.limits.pendingInvokesPerCaller); wait for answers");
      invoke(other, keys, "o0");
      asked(node, "o0");

      ObjectNode result = Json.object().put("id", first.path("id").asText()).put("ok", true);
      node.send("node.invoke.result", result.put("nodeId", keys.id()).put("payloadJSON", "{}"));
      assertThat(caller.answer(invoked.get(0)).path("ok").asBoolean()).isTrue();
      // The same key again: what was refused for want of room is not remembered as done.
      invoke(caller, keys, "i2");
      asked(node, "i2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aNodeFollowsSoManyConversationsAndNoMore(int protocol) {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Cluster cluster = limited("chatSubscriptionsPerNode:2")) {
      try (Peer node = node(cluster.port(0), protocol, keys)) {
        assertThat(chat(node, "subscribe", "one").path("ok").asBoolean()).isTrue();
        assertThat(chat(node, "subscribe", "two").path("ok").asBoolean()).isTrue();

        assertThat(refusal(chat(node, "subscribe", "three")))
            .isEqualTo(
                "too many chat subscriptions of this node"
                    + " (2, gateway.limits.chatSubscriptionsPerNode); unsubscribe from some of"
                    + " them");
        assertThat(chat(node, "subscribe", "two").path("ok").asBoolean()).isTrue();
        assertThat(chat(node, "unsubscribe", "one").path("ok").asBoolean()).isTrue();
        assertThat(chat(node, "subscribe", "three").path("ok").asBoolean()).isTrue();
      }
      try (Peer again = node(cluster.port(1), protocol, keys)) {
        assertThat(chat(again, "subscribe", "four").path("ok").asBoolean()).isTrue();
        assertThat(chat(again, "subscribe", "five").path("ok").asBoolean()).isTrue();
      }
    }
  }

  private static String refusal(JsonNode answer) {
    JsonNode error = answer.path("error");
    assertThat(error.path("code").asText()).as("%s", answer).isEqualTo("UNAVAILABLE");
    assertThat(error.path("retryable").asBoolean()).as("%s", answer).isTrue();
    assertThat(error.path("retryAfterMs").asInt()).as("%s", answer).isPositive();
    return error.path("message").asText();
  }

  private static void requested(Peer approver, String id) {
    approver.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
  }

  private static Peer node(int port, int protocol, DeviceKeys keys) {
    Connect connect = Connect.node(protocol).device(keys).token(Cluster.TOKEN);
    return Peer.connected(
        port, connect.about("platform", "linux").with("commands", "system.which"));
  }

  private static String invoke(Peer caller, DeviceKeys node, String key) {
    ObjectNode params = Json.object().put("nodeId", node.id()).put("command", "system.which");
    params.put("idempotencyKey", key).put("timeoutMs", 60_000).putObject("params");
    return caller.send("node.invoke", params);
  }

  private static JsonNode asked(Peer node, String key) {
    return node.event(
        "node.invoke.request", request -> request.path("idempotencyKey").asText().equals(key));
  }

  private static JsonNode chat(Peer node, String verb, String conversation) {
    ObjectNode params = Json.object().put("event", "chat." + verb);
    params.put("payloadJSON", Json.text(Json.object().put("sessionKey", conversation)));
    return node.answer(node.send("node.event", params));
  }

  private static Cluster limited(String limit) {
    return Cluster.of(
        2,
        "{gateway:{auth:{token:'"
            + Cluster.TOKEN
            + "'},nodes:{sessions:['*']},limits:{"
            + limit
            + "}}}");
  }

  /** What a client is met with that opens a socket. */
  private static String knock(int port) {
    try (RawSocket socket = RawSocket.open(port)) {
      return switch (socket.next(Peer.PATIENCE_MS)) {
        case RawSocket.Arrival.Closed(int code, String reason) -> code + " " + reason;
        case RawSocket.Arrival.Text(String text) ->
            Objects.requireNonNull(Json.tryParse(text)).path("event").asText();
        case null, default -> "nothing";
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ask(Peer asker, String id) {
    ObjectNode params = Json.object().put("id", id).put("command", "ls").put("timeoutMs", 60_000);
    return asker.send("exec.approval.request", params);
  }
}
