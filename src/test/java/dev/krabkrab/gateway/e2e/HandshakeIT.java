package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.REMOTE;
import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From challenge to hello-ok, on two instances. Protocol 01b §2, 05 §1 to §4. */
class HandshakeIT {
  private static final RawSocket.Arrival.Closed OUT_OF_TURN =
      new RawSocket.Arrival.Closed(1008, "invalid handshake: first request must be connect");

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  @ParameterizedTest
  @CsvSource({"3,3,3", "4,4,4", "3,4,4", "1,9,4", "1,3,3", "4,9,4"})
  void theHighestCommonVersionIsSpoken(int from, int to, int spoken) {
    try (Peer peer = Peer.open(cluster.port(0))) {
      JsonNode hello = peer.hello(operator(3).range(from, to));
      assertThat(hello.path("protocol").intValue()).isEqualTo(spoken);
    }
  }

  @Test
  void theChallengeIsFreshUnnumberedAndTimed() {
    try (Peer one = Peer.open(cluster.port(0));
        Peer two = Peer.open(cluster.port(1))) {
      assertThat(one.nonce()).hasSize(36).isNotEqualTo(two.nonce());
      assertThat(one.serverTime()).isPositive();
      assertThat(one.frames().getFirst().has("seq")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 524288", "4, 26214400"})
  void helloOkIsComplete(int version, long maxPayload) {
    try (Peer peer = Peer.open(cluster.port(0))) {
      JsonNode hello = peer.hello(operator(version).scopes("operator.read", "operator.write"));

      assertThat(hello.path("type").asText()).isEqualTo("hello-ok");
      assertThat(hello.at("/server/version").asText()).isNotEmpty();
      assertThat(hello.at("/server/host").asText()).isNotEmpty();
      assertThat(hello.at("/server/connId").asText()).hasSize(36);
      assertThat(hello.at("/policy/maxPayload").longValue()).isEqualTo(maxPayload);
      assertThat(hello.at("/policy/maxBufferedBytes").longValue()).isEqualTo(1_572_864);
      assertThat(hello.at("/policy/tickIntervalMs").longValue()).isEqualTo(30_000);
      assertThat(hello.at("/snapshot/presence").isArray()).isTrue();
      assertThat(hello.at("/snapshot/health").isObject()).isTrue();
      assertThat(hello.at("/snapshot/uptimeMs").isIntegralNumber()).isTrue();
      assertThat(hello.at("/snapshot/stateVersion/presence").isIntegralNumber()).isTrue();
      assertThat(hello.at("/snapshot/stateVersion/health").isIntegralNumber()).isTrue();
      assertThat(hello.at("/snapshot/sessionDefaults/mainSessionKey").asText())
          .isEqualTo("agent:main:main");
      assertThat(texts(hello.at("/features/events")))
          .contains("connect.challenge", "presence", "tick", "exec.approval.requested");
      JsonNode auth = hello.path("auth");
      assertThat(auth.path("role").asText()).isEqualTo("operator");
      assertThat(texts(auth.path("scopes"))).containsExactly("operator.read", "operator.write");
      assertThat(auth.path("deviceToken").asText()).isNotEmpty();
      assertThat(auth.path("issuedAtMs").isIntegralNumber()).isTrue();
      assertThat(auth.path("method").asText()).isEqualTo(version == 4 ? "token" : "");
    }
  }

  @Test
  void onlyServedMethodsAreListed() {
    try (Peer peer = Peer.open(cluster.port(0))) {
      List<String> listed = texts(peer.hello(operator(3)).at("/features/methods"));
      assertThat(listed).contains("health", "node.invoke", "config.get").doesNotHaveDuplicates();
      for (String method : listed) {
        String message = peer.call(method, "{}").at("/error/message").asText("");
        assertThat(message)
            .as(method)
            .doesNotContain("not available on this gateway yet")
            .doesNotContain("unknown method");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void theDocumentsOwnExamplesGetIn(int version) {
    try (Peer operator = Peer.open(cluster.port(0));
        Peer node = Peer.open(cluster.port(1))) {
      DeviceKeys phone = DeviceKeys.fresh();
      operator.hello(
          operator(version)
              .client("cli", "operator")
              .about("platform", "macos", "version", "1.2.3")
              .scopes("operator.read", "operator.write")
              .layout(2));
      node.hello(
          Connect.node(version)
              .client("ios-node", "node")
              .about("platform", "ios", "version", "1.2.3")
              .device(phone)
              .token(TOKEN)
              .with("caps", "camera", "canvas")
              .with("commands", "camera.snap", "canvas.navigate")
              .layout(2));
      // The other instance hears of it a moment later.
      await()
          .atMost(Duration.ofMillis(Peer.PATIENCE_MS))
          .untilAsserted(
              () -> {
                JsonNode nodes = operator.ok("node.list", "{}").path("nodes");
                assertThat(row(nodes, "nodeId", phone.id()).path("connected").booleanValue())
                    .as("%s", nodes)
                    .isTrue();
              });
    }
  }

  @Test
  void allThreeLayoutsOfTheSignatureAreTaken() {
    for (int layout = 1; layout <= 3; layout++) {
      Connect connect = operator(3).about("platform", " macOS ", "deviceFamily", "Mac");
      Peer.connected(cluster.port(0), connect.layout(layout)).close();
    }
  }

  @Test
  void aFleetThatComesIsAnnouncedWholeAndInOrderOnBothInstances() {
    int size = 60;
    try (Peer here = Peer.connected(cluster.port(0), operator(3));
        Peer there = Peer.connected(cluster.port(1), operator(4))) {
      List<DeviceKeys> fleet = Stream.generate(DeviceKeys::fresh).limit(size).toList();
      for (DeviceKeys keys : fleet) {
        Peer.connected(cluster.port(0), Connect.operator(3).device(keys).token(TOKEN)).close();
      }
      for (Peer watcher : List.of(here, there)) {
        for (DeviceKeys keys : fleet) {
          JsonNode resolved =
              watcher.event(
                  "device.pair.resolved", p -> p.path("deviceId").asText().equals(keys.id()));
          assertThat(resolved.path("decision").asText()).isEqualTo("approved");
        }
        List<Long> numbers =
            watcher.frames().stream()
                .filter(frame -> frame.has("seq"))
                .map(frame -> frame.path("seq").asLong())
                .toList();
        assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
        assertThat(
                watcher.frames().stream()
                    .filter(frame -> frame.path("event").asText().equals("device.pair.resolved"))
                    .map(frame -> frame.at("/payload/deviceId").asText())
                    .filter(id -> fleet.stream().anyMatch(keys -> keys.id().equals(id))))
            .hasSize(size);
      }
    }
  }

  @Test
  void whatAClientTellsOfItselfIsSeenFromTheOtherInstance() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect told =
        cluster
            .as(keys, 4)
            .client("some-app", "ui")
            .about("displayName", "Ada's desk", "deviceFamily", "Mac", "modelIdentifier", "M9")
            .about("instanceId", "inst-1", "platform", "macos");
    try (Peer watcher = Peer.connected(cluster.port(1), operator(3));
        Peer peer = Peer.connected(cluster.port(0), told)) {
      JsonNode entry =
          watcher
              .event(
                  "presence", p -> !row(p.path("presence"), "deviceId", keys.id()).isMissingNode())
              .path("presence");
      entry = row(entry, "deviceId", keys.id());
      assertThat(entry.path("host").asText()).isEqualTo("Ada's desk");
      assertThat(entry.path("platform").asText()).isEqualTo("macos");
      assertThat(entry.path("deviceFamily").asText()).isEqualTo("Mac");
      assertThat(entry.path("modelIdentifier").asText()).isEqualTo("M9");
      assertThat(entry.path("mode").asText()).isEqualTo("ui");
      JsonNode paired =
          row(watcher.ok("device.pair.list", "{}").path("paired"), "deviceId", keys.id());
      assertThat(paired.path("displayName").asText()).isEqualTo("Ada's desk");
      assertThat(paired.path("clientId").asText()).isEqualTo("some-app");
      peer.close();
    }
  }

  @Test
  void aRequestBehindConnectEndsTheSocket() {
    for (int round = 0; round < 10; round++) {
      try (Peer peer = Peer.open(cluster.port(round % 2))) {
        peer.socket()
            .send(
                RawSocket.text(peer.connectFrame(operator(3), "c0")),
                RawSocket.text(peer.request("health", Json.object(), "r0")));
        assertThat(peer.closed()).isEqualTo(OUT_OF_TURN);
        assertThat(peer.answer("r0").at("/error/message").asText()).isEqualTo(OUT_OF_TURN.reason());
        assertThat(hellos(peer)).isZero();
      }
    }
  }

  @Test
  void twoConnectsNeverGetTwoHellos() {
    for (int round = 0; round < 10; round++) {
      try (Peer peer = Peer.open(cluster.port(round % 2))) {
        Connect connect = operator(3 + round % 2);
        peer.socket()
            .send(
                RawSocket.text(peer.connectFrame(connect, "c0")),
                RawSocket.text(peer.connectFrame(connect, "c1")));
        assertThat(peer.closed()).isEqualTo(OUT_OF_TURN);
        assertThat(hellos(peer)).isZero();
      }
    }
  }

  @Test
  void connectIsOnlyTheFirstRequest() {
    try (Peer admin = Peer.connected(cluster.port(0), operator(3));
        Peer reader = Peer.connected(cluster.port(0), operator(3).scopes("operator.read"))) {
      assertThat(admin.call("connect", "{}").at("/error/message").asText())
          .isEqualTo("connect is only valid as the first request");
      assertThat(reader.call("connect", "{}").at("/error/message").asText())
          .isEqualTo("missing scope: operator.admin");
    }
  }

  @Test
  void aTokenRevokedInTheMiddleOfAHandshakeLetsNobodyStay() {
    try (Peer admin = Peer.connected(cluster.port(0), operator(3))) {
      for (int round = 0; round < 20; round++) {
        DeviceKeys keys = DeviceKeys.fresh();
        Connect first = Connect.operator(4).device(keys).token(TOKEN).scopes("operator.read");
        String token;
        try (Peer peer = Peer.open(cluster.port(1))) {
          token = peer.hello(first).at("/auth/deviceToken").asText();
        }
        Connect again =
            Connect.operator(4).device(keys).auth("deviceToken", token).scopes("operator.read");
        try (Peer peer = Peer.open(cluster.port(1), REMOTE)) {
          String frame = peer.connectFrame(again, "c0");
          String params = "{\"deviceId\":\"" + keys.id() + "\",\"role\":\"operator\"}";
          JsonNode wanted = Json.tryParse(params);
          String id;
          if (round % 2 == 0) {
            id = admin.send("device.token.revoke", wanted);
            peer.socket().send(RawSocket.text(frame));
          } else {
            peer.socket().send(RawSocket.text(frame));
            id = admin.send("device.token.revoke", wanted);
          }
          assertThat(admin.answer(id).path("ok").asBoolean()).isTrue();
          assertThat(peer.closed().code()).isIn(4001, 1008);
        }
      }
    }
  }

  private static Connect operator(int version) {
    return Connect.operator(version).device(DeviceKeys.fresh()).token(TOKEN);
  }

  private static long hellos(Peer peer) {
    return peer.frames().stream()
        .filter(frame -> frame.at("/payload/type").asText().equals("hello-ok"))
        .count();
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  static JsonNode row(JsonNode rows, String field, String value) {
    return StreamSupport.stream(rows.spliterator(), false)
        .filter(row -> row.path(field).asText().equals(value))
        .findFirst()
        .orElse(Json.object().path("none"));
  }
}
