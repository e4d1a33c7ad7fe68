package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Users that a proxy signed in, on two instances. The proxy's sockets come from 127.0.0.2, and
 * everybody else's from 127.0.0.1.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustedProxyIT {
  private static final String PROXY = "127.0.0.2";
  private static final String FROM = "X-Forwarded-For: 198.51.100.7";
  private static final String VERIFIED = "X-Verified: yes";
  private static final String ALICE = "X-Forwarded-User: alice@example.org";
  private static final String BOB = "X-Forwarded-User: bob@example.org";
  private static final String RULES =
      "userHeader:'x-forwarded-user',requiredHeaders:['x-verified'],"
          + "scopes:['operator.read','operator.pairing']";
  private static final String EVERYBODY =
      ",allowUsers:['alice@example.org','bob@example.org','root@example.org']";

  private Cluster cluster;
  private final DeviceKeys alices = DeviceKeys.fresh();
  private final DeviceKeys root = DeviceKeys.fresh();
  private String rootToken;

  /** The first device is paired while the gateway still has a shared token. */
  @BeforeAll
  void start() {
    cluster =
        Cluster.of(
            2,
            "{gateway:{auth:{token:'%s'},trustedProxies:['%s']}}".formatted(Cluster.TOKEN, PROXY));
    try (Peer admin = Peer.open(cluster.port(0))) {
      JsonNode hello = admin.hello(Connect.operator(4).device(root).token(Cluster.TOKEN));
      rootToken = hello.at("/auth/deviceToken").asText();
      Peer.connected(cluster.port(0), Connect.operator(3).device(alices).token(Cluster.TOKEN))
          .close();
      change(admin, "{mode:'trusted-proxy',trustedProxy:{" + RULES + EVERYBODY + "}}");
    }
    await()
        .untilAsserted(
            () -> {
              for (int i = 0; i < 2; i++) {
                alice(i).close();
              }
            });
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private Peer alice(int instance) {
    Peer peer = Peer.openFrom(PROXY, cluster.port(instance), FROM, VERIFIED, ALICE);
    JsonNode answer = peer.connect(Connect.operator(4).device(alices));
    if (!answer.path("ok").asBoolean()) {
      peer.close();
    }
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
    return peer;
  }

  private static void change(Peer admin, String auth) {
    ObjectNode params =
        Json.object()
            .put("raw", "{gateway:{auth:" + auth + "}}")
            .put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    JsonNode answer = admin.call("config.patch", Json.text(params));
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
  }

  @Test
  void aUserHoldsNoMoreThanTheRulesSayAndNoDeviceToken() {
    for (int instance = 0; instance < 2; instance++) {
      try (Peer peer = Peer.openFrom(PROXY, cluster.port(instance), FROM, VERIFIED, ALICE)) {
        JsonNode hello = peer.hello(Connect.operator(4).device(alices));
        assertThat(hello.at("/auth/method").asText()).isEqualTo("trusted-proxy");
        assertThat(hello.at("/auth/deviceToken").isMissingNode()).isTrue();
        assertThat(HandshakeIT.texts(hello.at("/auth/scopes")))
            .containsExactlyInAnyOrder("operator.read", "operator.pairing");
      }
    }
  }

  /** A page somewhere must not ask in the name of whom the proxy signed in. */
  @Test
  void overHttpAUserMayDoAsMuchAndPagesNothing() {
    for (int instance = 0; instance < 2; instance++) {
      int port = cluster.port(instance);
      assertThat(HttpCall.tool(PROXY, port, "sessions_list", FROM, VERIFIED, ALICE)).isEqualTo(200);
      assertThat(HttpCall.tool(PROXY, port, "cron_remove", FROM, VERIFIED, ALICE)).isEqualTo(403);
      assertThat(
              HttpCall.tool(
                  PROXY, port, "sessions_list", FROM, VERIFIED, ALICE, "Origin: https://page"))
          .isEqualTo(401);
      assertThat(HttpCall.tool("127.0.0.1", port, "sessions_list", FROM, VERIFIED, ALICE))
          .isEqualTo(401);
    }
  }

  /** Everybody else may write what he likes into his headers. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void theHeaderCountsFromTheProxyOnly(int version) {
    for (int instance = 0; instance < 2; instance++) {
      try (Peer peer = Peer.open(cluster.port(instance), FROM, VERIFIED, ALICE)) {
        JsonNode error = peer.connect(Connect.operator(version).device(alices)).path("error");
        assertThat(error.path("message").asText())
            .startsWith("unauthorized: no user named by a trusted proxy");
        if (version == 4) {
          assertThat(error.at("/details/code").asText()).isEqualTo("AUTH_IDENTITY_HEADER_REQUIRED");
          assertThat(error.at("/details/recommendedNextStep").asText())
              .isEqualTo("review_auth_configuration");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Verified: yes | X-Other: x | AUTH_IDENTITY_HEADER_REQUIRED",
        "X-Other: x | X-Forwarded-User: alice@example.org | AUTH_IDENTITY_HEADER_REQUIRED",
        "X-Verified: | X-Forwarded-User: alice@example.org | AUTH_IDENTITY_HEADER_REQUIRED",
        "X-Verified: yes | X-Forwarded-User: | AUTH_VERIFIED_USER_REQUIRED",
        "X-Verified: yes | X-Forwarded-User: mallory@example.org | AUTH_VERIFIED_USER_REQUIRED",
      })
  void whatTheProxyDoesNotSayIsNotGuessed(String first, String second, String code) {
    try (Peer peer = Peer.openFrom(PROXY, cluster.port(1), FROM, first, second)) {
      assertThat(
              peer.connect(Connect.operator(4).device(alices)).at("/error/details/code").asText())
          .isEqualTo(code);
    }
  }

  /** A proxy that adds its header to the client's own, instead of replacing it. */
  @Test
  void ofTwoNamesNoneIsTaken() {
    try (Peer peer = Peer.openFrom(PROXY, cluster.port(0), FROM, VERIFIED, BOB, ALICE)) {
      assertThat(
              peer.connect(Connect.operator(4).device(alices)).at("/error/details/code").asText())
          .isEqualTo("AUTH_IDENTITY_HEADER_REQUIRED");
    }
  }

  @Test
  void aNewDeviceIsApprovedByAnotherUserAndTheTrailNamesBoth() {
    DeviceKeys bobs = DeviceKeys.fresh();
    Connect bob = Connect.operator(4).device(bobs).scopes("operator.read");
    String requestId;
    try (Peer peer = Peer.openFrom(PROXY, cluster.port(0), FROM, VERIFIED, BOB)) {
      JsonNode details = peer.connect(bob).at("/error/details");
      assertThat(details.path("code").asText()).isEqualTo("PAIRING_REQUIRED");
      requestId = details.path("requestId").asText();
    }
    try (Peer alice = alice(1)) {
      alice.ok("device.pair.approve", "{\"requestId\":\"" + requestId + "\"}");
      try (Peer peer = Peer.openFrom(PROXY, cluster.port(0), FROM, VERIFIED, BOB)) {
        peer.hello(bob);
        await()
            .untilAsserted(
                () -> {
                  JsonNode row =
                      HandshakeIT.row(alice.ok("system-presence", "{}"), "deviceId", bobs.id());
                  assertThat(HandshakeIT.texts(row.path("tags")))
                      .containsExactly("proxy:bob@example.org");
                  assertThat(row.path("ip").asText()).isEqualTo("198.51.100.7");
                });
        assertThat(peer.call("config.get", "{}").path("ok").asBoolean()).isFalse();
      }
    }
    try (Peer root = root()) {
      assertThat(actor(root, "device.paired", bobs)).isEqualTo("proxy:alice@example.org");
      await()
          .untilAsserted(
              () ->
                  assertThat(actor(root, "access.refused", bobs))
                      .isEqualTo("proxy:bob@example.org"));
    }
  }

  /** Nobody is local who comes over the proxy, from wherever it runs. */
  @Test
  void aProxyOnThisHostMakesNobodyLocal() {
    try (Peer peer = Peer.openFrom(PROXY, cluster.port(0), VERIFIED, BOB)) {
      assertThat(
              peer.connect(Connect.operator(4).device(DeviceKeys.fresh()))
                  .at("/error/details/code")
                  .asText())
          .isEqualTo("PAIRING_REQUIRED");
    }
  }

  @Test
  void whoIsNoLongerAllowedIsOutOnAllInstances() {
    try (Peer first = alice(0);
        Peer second = alice(1);
        Peer root = root()) {
      change(
          root, "{trustedProxy:{" + RULES + ",allowUsers:['bob@example.org','root@example.org']}}");
      assertThat(first.closed())
          .isEqualTo(new RawSocket.Arrival.Closed(4001, "gateway token revoked"));
      assertThat(second.closed().reason()).isEqualTo("gateway token revoked");
      change(root, "{trustedProxy:{" + RULES + EVERYBODY + "}}");
    }
    await().untilAsserted(() -> alice(1).close());
  }

  @Test
  void theSharedTokenOfBeforeOpensNothing() {
    try (Peer peer = Peer.open(cluster.port(0))) {
      Connect connect = Connect.operator(4).device(alices).token(Cluster.TOKEN);
      assertThat(peer.connect(connect).at("/error/details/code").asText())
          .isEqualTo("AUTH_IDENTITY_HEADER_REQUIRED");
    }
  }

  private static String actor(Peer admin, String action, DeviceKeys device) {
    String query = "{\"device\":\"" + device.id() + "\",\"action\":\"" + action + "\"}";
    return admin.ok("audit.list", query).at("/entries/0/actor/user").asText();
  }

  /** A device with everything, by the token it got while there was a shared one. */
  private Peer root() {
    return Peer.connected(
        cluster.port(0), Connect.operator(4).device(root).token(rootToken), Cluster.REMOTE);
  }
}
