package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings change about who gets in. Protocol 01b §4.4 to §4.6, 05 §6.5. */
class HandshakeSettingsIT {
  private static final String AUTH = "auth:{token:'" + TOKEN + "'}";

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void insecureAuthLetsAControlUiInWithTheSecretAlone(int version) {
    String config = "{gateway:{" + AUTH + ",controlUi:{allowInsecureAuth:true}}}";
    try (Cluster cluster = Cluster.of(1, config)) {
      try (Peer ui = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        JsonNode hello = ui.hello(controlUi(version).token(TOKEN));
        assertThat(hello.at("/auth/deviceToken").isMissingNode()).isTrue();
        assertThat(hello.has("auth")).isEqualTo(version == 4);
        assertThat(ui.call("health", "{}").path("ok").asBoolean()).isTrue();
      }
      expectMessage(cluster, controlUi(version), "device identity required");
      expectMessage(
          cluster,
          controlUi(version).token("wrong"),
          "unauthorized: gateway token mismatch (open a tokenized dashboard URL or paste token in"
              + " Control UI settings)");
      Connect broken = controlUi(version).token(TOKEN).device(DeviceKeys.fresh()).scopes("x");
      broken.spoil(params -> params.putArray("scopes").add("y"));
      expectMessage(cluster, broken, "device signature invalid");
      Peer.connected(
              cluster.port(0),
              controlUi(version).token(TOKEN).device(DeviceKeys.fresh()),
              Cluster.REMOTE)
          .close();
      expectMessage(cluster, Connect.operator(version).token(TOKEN), "device identity required");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void disabledDeviceAuthIgnoresTheDeviceOfAControlUi(int version) {
    String config = "{gateway:{" + AUTH + ",controlUi:{dangerouslyDisableDeviceAuth:true}}}";
    try (Cluster cluster = Cluster.of(1, config)) {
      Connect garbage = controlUi(version).token(TOKEN).device(DeviceKeys.fresh());
      garbage.spoil(params -> ((ObjectNode) params.get("device")).put("signature", "garbage"));
      try (Peer ui = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        assertThat(ui.hello(garbage).at("/auth/deviceToken").isMissingNode()).isTrue();
      }
      expectMessage(cluster, controlUi(version), "device identity required");
    }
  }

  @Test
  void theTokenAloneServesOperatorsWhereItIsAllowed() {
    String config = "{gateway:{auth:{token:'" + TOKEN + "',allowTokenWithoutDevice:true}}}";
    try (Cluster cluster = Cluster.of(1, config)) {
      try (Peer v3 = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        assertThat(v3.hello(Connect.operator(3).token(TOKEN)).has("auth")).isFalse();
        assertThat(v3.call("config.get", "{}").path("ok").asBoolean()).isTrue();
      }
      try (Peer v4 = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        JsonNode hello = v4.hello(Connect.operator(4).token(TOKEN));
        assertThat(hello.at("/auth/scopes").isEmpty()).isTrue();
        assertThat(v4.call("health", "{}").at("/error/details/code").asText())
            .isEqualTo("MISSING_SCOPE");
      }
      try (Peer own = Peer.open(cluster.port(0))) {
        Connect cli = Connect.operator(4).client("cli", "cli").token(TOKEN);
        assertThat(HandshakeIT.texts(own.hello(cli).at("/auth/scopes")))
            .containsExactly("operator.admin");
      }
      try (Peer peer = Peer.open(cluster.port(0))) {
        JsonNode answer = peer.connect(Connect.operator(4).token("wrong"));
        assertThat(answer.at("/error/details/recommendedNextStep").asText())
            .isEqualTo("update_auth_credentials");
        assertThat(answer.at("/error/details/canRetryWithDeviceToken").asBoolean()).isFalse();
      }
    }
  }

  @Test
  void withoutAuthenticationADeviceIsStillNeededAndPaired() {
    try (Cluster cluster = Cluster.of(1, "{gateway:{auth:{mode:'none'}}}")) {
      int port = cluster.port(0);
      assertThat(HttpCall.tool("127.0.0.1", port, "sessions_list")).isEqualTo(200);
      assertThat(HttpCall.tool("127.0.0.1", port, "sessions_list", Cluster.REMOTE)).isEqualTo(403);
      assertThat(HttpCall.tool("127.0.0.1", port, "sessions_list", "Origin: https://page"))
          .isEqualTo(401);
      try (Peer peer = Peer.open(cluster.port(0))) {
        JsonNode hello = peer.hello(Connect.operator(4).device(DeviceKeys.fresh()));
        assertThat(hello.at("/auth/method").asText()).isEqualTo("none");
        assertThat(hello.at("/auth/deviceToken").asText()).isNotEmpty();
      }
      expectMessage(cluster, Connect.operator(3), "device identity required");
    }
  }

  @Test
  void localDevicesWaitTooWhereAutoApprovalIsOff() {
    String config = "{gateway:{" + AUTH + ",localAutoApproval:false}}";
    try (Cluster cluster = Cluster.of(2, config)) {
      try (Peer peer = Peer.open(cluster.port(0))) {
        JsonNode answer = peer.connect(Connect.operator(3).device(DeviceKeys.fresh()).token(TOKEN));
        assertThat(answer.at("/error/message").asText()).isEqualTo("pairing required");
      }
    }
  }

  /** The stranger is the right-most address that no trusted proxy has. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'127.0.0.1', true, -",
        "'127.0.0.1, 203.0.113.7', false, 203.0.113.7",
        "'127.0.0.1, 203.0.113.7, 127.0.0.9', false, 203.0.113.7",
        "'198.51.100.1, 203.0.113.9:4711', false, 203.0.113.9",
        "-, true, -"
      })
  void aTrustedProxyIsBelievedAsFarAsItSawItself(String forwarded, boolean local, String ip) {
    String config = "{gateway:{" + AUTH + ",trustedProxies:['127.0.0.0/8']}}";
    try (Cluster cluster = Cluster.of(1, config)) {
      expectLocality(cluster, forwarded, local, ip);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1"})
  void aForgedHeaderMakesNobodyLocal(String forwarded) {
    try (Cluster cluster = Cluster.of(1, Cluster.TOKEN_CONFIG)) {
      expectLocality(cluster, forwarded, false, null);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gw.example.com, false",
    "127.0.0.2, false",
    "localhost., false",
    "LOCALHOST:9, true",
    "[::1]:9, true",
    "foo.ts.net, true"
  })
  void theHostHeaderDecidesToo(String host, boolean local) {
    try (Cluster cluster = Cluster.of(1, Cluster.TOKEN_CONFIG);
        Peer peer = Peer.open(cluster.port(0), "Host: " + host)) {
      Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(TOKEN);
      assertThat(peer.connect(connect).path("ok").asBoolean()).isEqualTo(local);
    }
  }

  private static void expectLocality(
      Cluster cluster, @Nullable String forwarded, boolean local, @Nullable String ip) {
    DeviceKeys keys = DeviceKeys.fresh();
    String[] headers =
        forwarded == null ? new String[0] : new String[] {"X-Forwarded-For: " + forwarded};
    try (Peer peer = Peer.open(cluster.port(0), headers)) {
      JsonNode answer = peer.connect(Connect.operator(3).device(keys).token(TOKEN));
      assertThat(answer.path("ok").asBoolean()).as("%s", answer).isEqualTo(local);
    }
    if (!local) {
      try (Peer admin = cluster.admin(0)) {
        JsonNode pending = admin.ok("device.pair.list", "{}").path("pending");
        JsonNode row = HandshakeIT.row(pending, "deviceId", keys.id());
        assertThat(row.isMissingNode()).isFalse();
        assertThat(row.path("remoteIp").textValue()).isEqualTo(ip);
      }
    }
  }

  private static Connect controlUi(int version) {
    return Connect.operator(version).client("krabkrab-control-ui", "webchat");
  }

  private static void expectMessage(Cluster cluster, Connect connect, String message) {
    try (Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
      assertThat(peer.connect(connect).at("/error/message").asText()).isEqualTo(message);
      assertThat(peer.closed().code()).isEqualTo(1008);
    }
  }
}
