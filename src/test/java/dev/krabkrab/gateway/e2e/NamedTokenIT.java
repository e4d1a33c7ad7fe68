package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that may do less than the shared one, on two instances. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamedTokenIT {
  private static final String READER = "reader-token-0123456789";
  private static final String PAIRER = "pairer-token-0123456789";
  private static final String WRITER = "writer-token-0123456789";
  private static final String BUILDER = "builder-token-0123456789";
  private static final String TOKENS =
      "[{name:'reader',token:'%s',scopes:['operator.read']}".formatted(READER)
          + ",{name:'pairer',token:'%s',scopes:['operator.pairing']}".formatted(PAIRER)
          + ",{name:'writer',token:'%s',scopes:['operator.write']}".formatted(WRITER)
          + ",{name:'builder',token:'%s',scopes:[],roles:['node']}]".formatted(BUILDER);
  private static final String REVOKED = "gateway token revoked";
  private static final String CONFIG =
      "{gateway:{auth:{token:'" + TOKEN + "',tokens:" + TOKENS + "}}}";

  @RegisterExtension final Cluster cluster = Cluster.of(2, CONFIG);

  @BeforeEach
  void setAllTokens() {
    set("{gateway:{auth:{tokens:" + TOKENS + "}}}");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aConnectionHoldsWhatItAskedForAndItsTokenGrants(int version) {
    Connect reader = Connect.operator(version).device(DeviceKeys.fresh()).token(READER);
    try (Peer peer = Peer.open(cluster.port(1))) {
      JsonNode hello = peer.hello(reader.scopes("operator.admin", "operator.pairing"));
      assertThat(hello.at("/auth/deviceToken").isMissingNode()).isTrue();
      if (version == 4) {
        assertThat(HandshakeIT.texts(hello.at("/auth/scopes"))).containsExactly("operator.read");
      }
      assertThat(peer.call("health", "{}").path("ok").asBoolean()).isTrue();
      assertThat(peer.call("config.get", "{}").at("/error/message").asText())
          .isEqualTo("missing scope: operator.admin");
      assertThat(peer.call("device.pair.list", "{}").at("/error/message").asText())
          .isEqualTo("missing scope: operator.pairing");
    }
  }

  @Test
  void whatIsPairedByItIsPairedForNoMore() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect asksAll = Connect.operator(3).device(keys).token(READER).scopes("operator.admin");
    Peer.connected(cluster.port(0), asksAll).close();
    try (Peer admin = cluster.admin(1)) {
      JsonNode row =
          HandshakeIT.row(admin.ok("device.pair.list", "{}").path("paired"), "deviceId", keys.id());
      assertThat(HandshakeIT.texts(row.path("scopes"))).containsExactly("operator.read");
    }
  }

  @Test
  void theTrailSaysByWhichTokenSomebodyCame() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer reader =
            Peer.connected(cluster.port(0), Connect.operator(3).device(keys).token(READER));
        Peer admin = cluster.admin(1)) {
      assertThat(reader.call("config.get", "{}").path("ok").asBoolean()).isFalse();

      String query = "{\"device\":\"" + keys.id() + "\",\"action\":\"access.refused\"}";
      await()
          .untilAsserted(
              () ->
                  assertThat(admin.ok("audit.list", query).at("/entries/0/actor/user").asText())
                      .isEqualTo("token:reader"));
    }
  }

  @Test
  void aStrangerWithItHasToBePaired() {
    Connect stranger = Connect.operator(4).device(DeviceKeys.fresh()).token(READER);
    try (Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
      JsonNode details = peer.connect(stranger).at("/error/details");
      assertThat(details.path("code").asText()).isEqualTo("PAIRING_REQUIRED");
      assertThat(HandshakeIT.texts(details.path("requestedScopes")))
          .containsExactly("operator.read");
    }
  }

  @Test
  void aDeviceWithMoreGetsNoMoreByItAndNoDeviceToken() {
    DeviceKeys keys = DeviceKeys.fresh();
    Peer.connected(cluster.port(0), Connect.operator(4).device(keys).token(TOKEN)).close();
    try (Peer peer = Peer.open(cluster.port(1))) {
      JsonNode hello = peer.hello(Connect.operator(4).device(keys).token(READER));
      assertThat(HandshakeIT.texts(hello.at("/auth/scopes"))).containsExactly("operator.read");
      assertThat(hello.at("/auth/deviceToken").isMissingNode()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void noDeviceTokenIsRotatedOutOfIt(int version) {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect pairer =
        Connect.operator(version).device(keys).token(PAIRER).scopes("operator.pairing");
    try (Peer peer = Peer.connected(cluster.port(0), pairer)) {
      JsonNode rotated =
          peer.ok(
              "device.token.rotate",
              Json.text(Json.object().put("deviceId", keys.id()).put("role", "operator")));
      assertThat(rotated.has("token")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"node," + BUILDER + ",true", "node," + READER + ",false"})
  void rolesAreThoseOfTheToken(String role, String token, boolean in) {
    Connect connect = Connect.node(3).device(DeviceKeys.fresh()).token(token);
    try (Peer peer = Peer.open(cluster.port(0))) {
      assertThat(role).isEqualTo("node");
      assertThat(peer.connect(connect).path("ok").asBoolean()).isEqualTo(in);
    }
  }

  @Test
  void takenOutOfTheDocumentItIsRefusedAndItsConnectionsEndEverywhere() {
    Connect reader = Connect.operator(3).device(DeviceKeys.fresh()).token(READER);
    Connect other = Connect.operator(3).device(DeviceKeys.fresh()).token(PAIRER);
    try (Peer first = Peer.connected(cluster.port(0), reader);
        Peer second = Peer.connected(cluster.port(1), reader);
        Peer stays = Peer.connected(cluster.port(1), other);
        Peer admin = cluster.admin(0)) {
      patch(
          admin,
          "{gateway:{auth:{tokens:[{name:'pairer',token:'"
              + PAIRER
              + "',scopes:['operator.pairing']}]}}}");
      assertThat(first.closed()).isEqualTo(new RawSocket.Arrival.Closed(4001, REVOKED));
      assertThat(second.closed()).isEqualTo(new RawSocket.Arrival.Closed(4001, REVOKED));
      for (int i = 0; i < 2; i++) {
        try (Peer again = Peer.open(cluster.port(i))) {
          assertThat(again.connect(reader).at("/error/message").asText())
              .startsWith("unauthorized: gateway token mismatch");
        }
      }
      assertThat(stays.call("device.pair.list", "{}").path("ok").asBoolean()).isTrue();
    }
  }

  /** On either instance, and whether its connection was to the same one or not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatNodesDoForItIsToBeStopped(int instance) {
    DeviceKeys runs = DeviceKeys.fresh();
    Connect asWriter = Connect.operator(4).device(DeviceKeys.fresh()).token(WRITER);
    Connect asNode = Connect.node(4).device(runs).token(TOKEN).about("platform", "linux");
    try (Peer writer = Peer.connected(cluster.port(0), asWriter.scopes("operator.write"));
        Peer admin = cluster.admin(1, 4);
        Peer node =
            Peer.connected(cluster.port(instance), asNode.with("commands", "system.which"))) {
      Map<Peer, String> ids = new HashMap<>();
      for (Peer who : List.of(writer, admin)) {
        String key = "k-" + DeviceKeys.fresh().id();
        await().until(() -> sees(admin, runs.id()));
        who.send("node.invoke", which(runs.id(), key));
        ids.put(
            who, node.event("node.invoke.request", it -> key(it).equals(key)).path("id").asText());
      }
      set("{gateway:{auth:{tokens:[{name:'reader',token:'" + READER + "',scopes:[]}]}}}");

      JsonNode stop = node.event("node.invoke.cancel");
      assertThat(stop.path("invokeId").asText()).isEqualTo(ids.get(writer));
      assertThat(writer.closed().reason()).isEqualTo(REVOKED);
      ObjectNode late = Json.object().put("id", ids.get(writer)).put("nodeId", runs.id());
      assertThat(node.ok("node.invoke.result", Json.text(late.put("ok", true))))
          .isEqualTo(Json.object().put("ok", true).put("ignored", true));
      assertThat(node.frames())
          .filteredOn(frame -> frame.path("event").asText().equals("node.invoke.cancel"))
          .hasSize(1);
    }
  }

  private static boolean sees(Peer peer, String node) {
    return peer.ok("node.list", "{}").path("nodes").findValuesAsText("nodeId").contains(node);
  }

  private static String key(JsonNode request) {
    return request.path("idempotencyKey").asText();
  }

  private static ObjectNode which(String node, String key) {
    ObjectNode invoke = Json.object().put("nodeId", node).put("command", "system.which");
    invoke.put("idempotencyKey", key).put("timeoutMs", 20_000);
    invoke.putObject("params").set("bins", Json.texts(List.of("git")));
    return invoke;
  }

  @Test
  void withFewerScopesItsConnectionsHaveToComeAnew() {
    Connect reader = Connect.operator(3).device(DeviceKeys.fresh()).token(READER);
    try (Peer peer = Peer.connected(cluster.port(1), reader)) {
      set("{gateway:{auth:{tokens:[{name:'reader',token:'" + READER + "',scopes:[]}]}}}");
      assertThat(peer.closed().reason()).isEqualTo(REVOKED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{name:'a',scopes:[]}] | gateway.auth.tokens.0",
        "[{name:'a',token:'short',scopes:[]}] | gateway.auth.tokens.0.token",
        "[{name:'a',tokenHash:'abc',scopes:[]}] | gateway.auth.tokens.0.tokenHash",
        "[{name:'a b',token:'0123456789abcdef',scopes:[]}] | gateway.auth.tokens.0.name",
        "[{name:'a',token:'0123456789abcdef'}] | gateway.auth.tokens.0.scopes",
        "[{name:'a',token:'0123456789abcdef',scopes:[],roles:['x']}] |"
            + " gateway.auth.tokens.0.roles.0",
        "[{name:'a',token:'0123456789abcdef',scopes:[]},{name:'b',token:'0123456789abcdef',scopes:[]}]"
            + " | gateway.auth.tokens",
        "[{name:'a',token:'0123456789abcdef',scopes:[]},{name:'a',token:'0123456789abcdeg',scopes:[]}]"
            + " | gateway.auth.tokens.1.name"
      })
  void whatCannotWorkIsRefusedByItsField(String tokens, String path) {
    try (Peer admin = cluster.admin(0)) {
      JsonNode error = patch(admin, "{gateway:{auth:{tokens:" + tokens + "}}}").path("error");
      assertThat(error.path("message").asText()).isEqualTo("invalid config");
      assertThat(error.at("/details/issues/0/path").asText()).isEqualTo(path);
    }
  }

  @Test
  void otherModesHaveNoNamedTokens() {
    try (Peer admin = cluster.admin(0)) {
      JsonNode error = patch(admin, "{gateway:{auth:{mode:'none'}}}").path("error");
      assertThat(error.at("/details/issues/0/path").asText()).isEqualTo("gateway.auth.tokens");
    }
  }

  private void set(String patch) {
    try (Peer first = cluster.admin(0);
        Peer second = cluster.admin(1)) {
      assertThat(patch(first, patch).path("ok").asBoolean()).isTrue();
      // Reading the document brings the other instance up to date.
      second.ok("config.get", "{}");
    }
  }

  private static JsonNode patch(Peer admin, String patch) {
    ObjectNode params = Json.object().put("raw", patch);
    params.put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    return admin.call("config.patch", Json.text(params));
  }
}
