package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.REMOTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One-time tokens let one new device in, once in the whole cluster. */
@Timeout(120)
class BootstrapIT {
  private static final int ROUNDS = 50;
  private static final String INVALID =
      "unauthorized: bootstrap token invalid (wrong, used or expired; create another)";
  private static final String CONFIG =
      "{gateway:{auth:{token:'%s',rateLimit:{maxAttempts:1000}}}}".formatted(Cluster.TOKEN);

  @Test
  void ofTwoDevicesOnTwoInstancesAtOnceExactlyOneGetsIn() throws Exception {
    try (Cluster cluster = Cluster.of(2, CONFIG);
        Peer admin = cluster.admin(0)) {
      for (int round = 0; round < ROUNDS; round++) {
        String token = create(admin, "{\"role\":\"node\"}");
        try (Peer first = Peer.open(cluster.port(0), REMOTE);
            Peer second = Peer.open(cluster.port(1), REMOTE)) {
          var one = CompletableFuture.supplyAsync(() -> first.connect(node(token)));
          var other = CompletableFuture.supplyAsync(() -> second.connect(node(token)));
          List<JsonNode> answers = List.of(one.get(), other.get());
          assertThat(answers.stream().filter(answer -> answer.path("ok").asBoolean()))
              .as("round %d", round)
              .hasSize(1);
          JsonNode refused =
              answers.stream().filter(answer -> !answer.path("ok").asBoolean()).findAny().get();
          assertThat(refused.at("/error/message").asText()).isEqualTo(INVALID);
          assertThat(refused.at("/error/details/code").asText())
              .isEqualTo("AUTH_BOOTSTRAP_TOKEN_INVALID");
        }
      }
    }
  }

  @Test
  void theDeviceIsPairedAndComesBackByItsOwnTokenOrFinishesWithTheSame() {
    try (Cluster cluster = Cluster.of(2, CONFIG);
        Peer admin = cluster.admin(0)) {
      String token = create(admin, "{\"role\":\"node\"}");
      DeviceKeys keys = DeviceKeys.fresh();
      JsonNode hello = hello(cluster.port(0), node(token).device(keys));
      assertThat(hello.at("/auth/method").asText()).isEqualTo("bootstrap-token");
      String deviceToken = hello.at("/auth/deviceToken").asText();
      assertThat(hello(cluster.port(1), node(token).device(keys)).at("/auth/deviceToken").asText())
          .isEqualTo(deviceToken);
      Connect later = Connect.node(4).device(keys).auth("deviceToken", deviceToken);
      assertThat(hello(cluster.port(1), later).at("/auth/method").asText())
          .isEqualTo("device-token");
      assertThat(refusal(cluster.port(1), node(token))).isEqualTo(INVALID);
    }
  }

  @Test
  void whoWasRevokedOrRemovedIsNotBroughtBack() {
    try (Cluster cluster = Cluster.of(2, CONFIG);
        Peer admin = cluster.admin(0)) {
      DeviceKeys removed = DeviceKeys.fresh();
      DeviceKeys revoked = DeviceKeys.fresh();
      String first = create(admin, "{\"role\":\"node\"}");
      String second = create(admin, "{\"role\":\"node\"}");
      hello(cluster.port(0), node(first).device(removed));
      hello(cluster.port(0), node(second).device(revoked));
      admin.ok("device.pair.remove", "{\"deviceId\":\"" + removed.id() + "\"}");
      admin.ok("device.token.revoke", "{\"deviceId\":\"" + revoked.id() + "\",\"role\":\"node\"}");
      for (int i = 0; i < 2; i++) {
        assertThat(refusal(cluster.port(i), node(first).device(removed))).isEqualTo(INVALID);
        assertThat(refusal(cluster.port(i), node(second).device(revoked))).isEqualTo(INVALID);
      }
    }
  }

  @Test
  void aTokenOfWhoWasThrownOutAdmitsNobody() {
    try (Cluster cluster = Cluster.of(2, CONFIG);
        Peer admin = cluster.admin(0)) {
      DeviceKeys keys = DeviceKeys.fresh();
      String token;
      try (Peer traitor =
          Peer.connected(cluster.port(1), Connect.operator(4).device(keys).token(Cluster.TOKEN))) {
        token = create(traitor, "{\"role\":\"operator\",\"scopes\":[\"operator.admin\"]}");
      }
      admin.ok("device.pair.remove", "{\"deviceId\":\"" + keys.id() + "\"}");
      assertThat(refusal(cluster.port(1), bootstrap(Connect.operator(4), token)))
          .isEqualTo(INVALID);
    }
  }

  @Test
  void aTokenMadeByANamedTokenIsWorthNothingOnceThatIsDropped() {
    String builder = "builder-token-0123456789abcdef";
    String config =
        "{gateway:{auth:{token:'%s',tokens:[{name:'builder',token:'%s',scopes:['operator.pairing']}]}}}"
            .formatted(Cluster.TOKEN, builder);
    try (Cluster cluster = Cluster.of(2, config);
        Peer admin = cluster.admin(0)) {
      String used;
      String kept;
      try (Peer peer =
          Peer.connected(
              cluster.port(1),
              Connect.operator(4)
                  .device(DeviceKeys.fresh())
                  .token(builder)
                  .scopes("operator.pairing"))) {
        used = create(peer, "{\"role\":\"node\"}");
        kept = create(peer, "{\"role\":\"node\"}");
      }
      hello(cluster.port(0), node(used));
      JsonNode entries = admin.ok("audit.list", "{\"action\":\"bootstrap.created\"}");
      assertThat(entries.toString())
          .contains("\"user\":\"token:builder\"")
          .doesNotContain(used, kept, builder);
      ObjectNode change = Json.object().put("raw", "{gateway:{auth:{tokens:[]}}}");
      change.put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
      admin.ok("config.patch", Json.text(change));
      assertThat(refusal(cluster.port(0), node(kept))).isEqualTo(INVALID);
    }
  }

  @Test
  void itGrantsItsRoleAndItsScopesAndNoMore() {
    try (Cluster cluster = Cluster.of(1, CONFIG);
        Peer admin = cluster.admin(0)) {
      int port = cluster.port(0);
      String token = create(admin, "{\"role\":\"operator\",\"scopes\":[\"operator.read\"]}");
      assertThat(refusal(port, node(token))).isEqualTo(INVALID);
      DeviceKeys keys = DeviceKeys.fresh();
      Connect all = bootstrap(Connect.operator(4), token).device(keys).scopes("operator.admin");
      try (Peer peer = Peer.open(port, REMOTE)) {
        JsonNode hello = peer.hello(all);
        assertThat(texts(hello.at("/auth/scopes"))).containsExactly("operator.read");
        assertThat(peer.call("config.get", "{}").path("ok").asBoolean()).isFalse();
        Connect more =
            Connect.operator(4)
                .device(keys)
                .scopes("operator.admin")
                .auth("deviceToken", hello.at("/auth/deviceToken").asText());
        assertThat(refusal(port, more)).contains("does not cover the requested scopes");
      }
    }
  }

  @Test
  void nobodyGivesAwayWhatHeDoesNotHold() {
    try (Cluster cluster = Cluster.of(1, CONFIG)) {
      try (Peer peer = operator(cluster, "operator.pairing")) {
        String params = "{\"role\":\"operator\",\"scopes\":[\"operator.admin\"]}";
        assertThat(peer.call("device.bootstrap.create", params).at("/error/message").asText())
            .isEqualTo("missing scope: operator.admin");
        create(peer, "{\"role\":\"node\"}");
      }
      try (Peer peer = operator(cluster, "operator.write")) {
        JsonNode answer = peer.call("device.bootstrap.create", "{\"role\":\"node\"}");
        assertThat(answer.at("/error/message").asText())
            .isEqualTo("missing scope: operator.pairing");
      }
    }
  }

  @Test
  void wrongOnesCountAsGuessesAndADeviceMustSign() {
    String strict =
        "{gateway:{trustedProxies:['127.0.0.1'],auth:{token:'%s',allowTokenWithoutDevice:true,"
                .formatted(Cluster.TOKEN)
            + "rateLimit:{maxAttempts:2}}}}";
    try (Cluster cluster = Cluster.of(1, strict);
        Peer admin = cluster.admin(0)) {
      String token = create(admin, "{\"role\":\"node\"}");
      Connect bare = Connect.node(4).token(token);
      assertThat(refusal(cluster.port(0), bare)).contains("gateway token mismatch");
      Connect forged =
          node(token)
              .spoil(
                  params -> ((ObjectNode) params.path("device")).put("signature", "A".repeat(86)));
      assertThat(refusal(cluster.port(0), forged)).contains("signature");
      assertThat(refusal(cluster.port(0), node("kkb_" + "A".repeat(43)))).isEqualTo(INVALID);
      assertThat(refusal(cluster.port(0), node(token))).contains("too many failed");
    }
  }

  @Test
  void protocol3AndModeNoneKnowThemToo() {
    try (Cluster cluster = Cluster.of(1, "{gateway:{auth:{mode:'none'}}}");
        Peer admin = cluster.admin(0)) {
      String token = create(admin, "{\"role\":\"node\"}");
      hello(cluster.port(0), Connect.node(3).device(DeviceKeys.fresh()).token(token));
      assertThat(refusal(cluster.port(0), Connect.node(3).device(DeviceKeys.fresh()).token(token)))
          .isEqualTo(INVALID);
    }
  }

  @Test
  void theCommandLineMakesOneAndSaysWhatItIs(@TempDir Path home) {
    try (Cluster cluster = Cluster.of(1, CONFIG)) {
      Cli cli = new Cli(home, cluster.instance(0).url());
      assertThat(cli.run("devices", "bootstrap", "--role", "node", "--ttl", "1h", "--json"))
          .isZero();
      String token = cli.json().path("token").asText();
      hello(cluster.port(0), node(token));
      assertThat(cli.run("devices", "bootstrap", "--role", "node")).isZero();
      assertThat(cli.out()).startsWith("kkb_").contains("not shown again");
      assertThat(cli.run("devices", "bootstrap", "--role", "node", "--ttl", "30s")).isEqualTo(2);
      assertThat(cli.err()).contains("--ttl").contains("from 1m");
    }
  }

  private static Peer operator(Cluster cluster, String scope) {
    return Peer.connected(
        cluster.port(0),
        Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN).scopes(scope));
  }

  private static Connect node(String token) {
    return bootstrap(Connect.node(4), token);
  }

  private static Connect bootstrap(Connect connect, String token) {
    return connect.device(DeviceKeys.fresh()).token(token);
  }

  private static String create(Peer peer, String params) {
    String token = peer.ok("device.bootstrap.create", params).path("token").asText();
    assertThat(token).matches("kkb_[A-Za-z0-9_-]{43}");
    return token;
  }

  private static JsonNode hello(int port, Connect connect) {
    try (Peer peer = Peer.open(port, REMOTE)) {
      return peer.hello(connect);
    }
  }

  private static String refusal(int port, Connect connect) {
    try (Peer peer = Peer.open(port, REMOTE)) {
      return peer.connect(connect).at("/error/message").asText();
    }
  }

  private static List<String> texts(JsonNode array) {
    return Stream.of(Json.mapper().convertValue(array, String[].class)).toList();
  }
}
