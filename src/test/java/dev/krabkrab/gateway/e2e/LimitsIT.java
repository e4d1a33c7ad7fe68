package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an instance, a device and a connection may have, and what who asks for more is told. */
class LimitsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
          .isEqualTo("too many unanswered requests on this connection (16)");
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
    try (Cluster cluster = limited("pendingApprovalsPerDevice:3");
        Peer approver = cluster.admin(1)) {
      try (Peer asker = Peer.connected(cluster.port(0), connect)) {
        for (int i = 0; i < 3; i++) {
          String id = "p" + i;
          ask(asker, id);
          approver.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
        }
      }
      try (Peer again = Peer.connected(cluster.port(0), connect);
          Peer other = cluster.admin(0)) {
        assertThat(again.answer(ask(again, "p3")).at("/error/message").asText())
            .isEqualTo("too many pending approvals of this device");
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

  private static Cluster limited(String limit) {
    return Cluster.of(2, "{gateway:{auth:{token:'" + Cluster.TOKEN + "'},limits:{" + limit + "}}}");
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
