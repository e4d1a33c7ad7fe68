package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who did what, on any of three instances: one entry for each action, and no secret in any. */
class AuditIT {
  private static final String SECRET = "PLANTED";

  private final Cluster cluster = Cluster.of(3, Cluster.TOKEN_CONFIG);
  private final DeviceKeys asker = DeviceKeys.fresh();
  private final DeviceKeys decider = DeviceKeys.fresh();
  private final DeviceKeys machine = DeviceKeys.fresh();
  private final Vertx vertx = Vertx.vertx();
  private Peer requester;
  private Peer admin;

  @TempDir private Path home;

  @BeforeEach
  void connect() {
    requester = Peer.connected(cluster.port(0), operator(asker));
    admin = Peer.connected(cluster.port(1), operator(decider));
  }

  @AfterEach
  void stop() throws Exception {
    requester.close();
    admin.close();
    cluster.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void approvals() {
    String asked =
        requester.send(
            "exec.approval.request",
            json(
                "{id:'a1',command:'mysqldump --password=PLANTED"
                    + " shop',host:'node',timeoutMs:20000}"));
    admin.event("exec.approval.requested");
    admin.ok("exec.approval.resolve", "{\"id\":\"a1\",\"decision\":\"allow-once\"}");
    assertThat(requester.answer(asked).at("/payload/decision").asText()).isEqualTo("allow-once");
    admin.call("exec.approval.resolve", "{\"id\":\"a1\",\"decision\":\"deny\"}");

    JsonNode request = one("approval.requested", asker);
    assertThat(request.at("/details/approval").asText()).isEqualTo("a1");
    assertThat(request.at("/details/command").asText()).isEqualTo("mysqldump --password=*** shop");
    JsonNode decision = one("approval.resolved", decider);
    assertThat(decision.at("/details/decision").asText()).isEqualTo("allow-once");
    assertThat(decision.at("/actor/address").asText()).isEqualTo("local");
    assertThat(decision.path("instance")).isNotEqualTo(request.path("instance"));

    String hash = admin.ok("exec.approvals.get", "{}").path("hash").asText();
    admin.ok(
        "exec.approvals.set",
        Json.text(Json.object().put("baseHash", hash).set("file", json("{version:1,agents:{}}"))));
    one("approval.policy.changed", decider);
  }

  @Test
  void pairingAndTokens() {
    DeviceKeys phone = DeviceKeys.fresh();
    DeviceKeys stranger = DeviceKeys.fresh();
    requester.ok("device.pair.approve", "{\"requestId\":\"" + ask(phone) + "\"}");
    admin.ok("device.pair.reject", "{\"requestId\":\"" + ask(stranger) + "\"}");
    String role = "{\"deviceId\":\"" + phone.id() + "\",\"role\":\"operator\"}";
    String token = admin.ok("device.token.rotate", role).path("token").asText();
    admin.ok("device.token.revoke", role);
    admin.ok("device.pair.remove", "{\"deviceId\":\"" + phone.id() + "\"}");

    assertThat(one("device.paired", asker, phone).at("/details/silent").asBoolean(true)).isFalse();
    one("device.rejected", decider, stranger);
    one("token.rotated", decider, phone);
    one("token.revoked", decider, phone);
    one("device.removed", decider, phone);
    assertThat(one("device.paired", decider, decider).at("/details/silent").asBoolean()).isTrue();
    JsonNode waiting = one("access.refused", phone);
    assertThat(waiting.at("/details/reason").asText()).isEqualTo("pairing_required");
    assertThat(token).isNotEmpty();
    assertThat(raw()).doesNotContain(token);

    admin.ok("node.pair.request", "{\"nodeId\":\"old-node\"}");
    String request = admin.event("node.pair.requested").path("requestId").asText();
    JsonNode paired = admin.ok("node.pair.approve", "{\"requestId\":\"" + request + "\"}");
    assertThat(one("node.paired", decider).at("/details/node").asText()).isEqualTo("old-node");
    assertThat(raw()).doesNotContain(paired.at("/node/token").asText("no token"));
  }

  @Test
  void changesOfTheConfiguration() {
    String hash = admin.ok("config.get", "{}").path("hash").asText();
    ObjectNode patch = Json.object().put("baseHash", hash);
    patch.put("raw", "{hooks:{token:'PLANTED'},gateway:{nodes:{denyCommands:['PLANTED.x']}}}");
    admin.ok("config.patch", Json.text(patch));
    assertThat(admin.call("config.patch", Json.text(patch)).path("ok").asBoolean()).isFalse();

    JsonNode entry = one("config.changed", decider);
    assertThat(entry.at("/details/before").asText()).isEqualTo(hash);
    assertThat(entry.at("/details/after").asText())
        .isEqualTo(admin.ok("config.get", "{}").path("hash").asText());
    List<String> paths = new ArrayList<>();
    entry.at("/details/paths").forEach(path -> paths.add(path.asText()));
    assertThat(paths).containsExactly("gateway.nodes", "hooks");
  }

  @Test
  void invokes() {
    Connect node = Connect.node(3).device(machine).token(Cluster.TOKEN).with("caps", "system");
    try (Peer host = Peer.connected(cluster.port(2), node.with("commands", "system.run"))) {
      String run = "{command:['tool','--token','PLANTED'],env:{KEY:'PLANTED'},runId:'r1'%s}";
      String asked = requester.send("node.invoke", invoke(run.formatted(""), "k1"));
      JsonNode request = host.event("node.invoke.request");
      ObjectNode result = Json.object().put("id", request.path("id").asText());
      result.put("nodeId", machine.id()).put("ok", true);
      host.ok(
          "node.invoke.result", Json.text(result.put("payloadJSON", "{\"stdout\":\"PLANTED\"}")));
      assertThat(requester.answer(asked).path("ok").asBoolean()).isTrue();
      requester.answer(requester.send("node.invoke", invoke(run.formatted(""), "k1")));
      JsonNode refused =
          requester.answer(
              requester.send("node.invoke", invoke(run.formatted(",approved:true"), "k2")));
      assertThat(refused.path("ok").asBoolean()).isFalse();

      JsonNode invoked = one("node.invoked", asker);
      assertThat(invoked.at("/details/node").asText()).isEqualTo(machine.id());
      assertThat(invoked.at("/details/command").asText()).isEqualTo("system.run");
      assertThat(invoked.at("/details/text").asText()).isEqualTo("tool --token ***");
      JsonNode refusal = one("run.refused", asker);
      assertThat(refusal.at("/details/reason").asText()).isEqualTo("UNKNOWN_APPROVAL_ID");
      assertThat(refusal.at("/details/approval").asText()).isEqualTo("r1");
    }
  }

  @Test
  void refusals() {
    DeviceKeys reader = DeviceKeys.fresh();
    try (Peer peer = Peer.connected(cluster.port(2), operator(reader).scopes("operator.read"))) {
      for (int i = 0; i < 5; i++) {
        assertThat(peer.call("config.get", "{}").path("ok").asBoolean()).isFalse();
      }
      assertThat(peer.call("audit.list", "{}").path("ok").asBoolean()).isFalse();
    }
    try (Peer peer = Peer.open(cluster.port(2), Cluster.REMOTE)) {
      peer.connect(operator(DeviceKeys.fresh()).token("wrong-PLANTED"));
    }

    await().until(() -> actions("access.refused").size() == 3);
    assertThat(actions("access.refused"))
        .filteredOn(entry -> entry.at("/actor/device").asText().equals(reader.id()))
        .extracting(entry -> entry.at("/details/method").asText())
        .containsExactlyInAnyOrder("config.get", "audit.list");
    assertThat(actions("access.refused"))
        .filteredOn(entry -> entry.at("/details/reason").asText().equals("unauthorized"))
        .hasSize(1);
  }

  @Test
  void strangersPushNoDecisionOutOfTheTrail() {
    String small =
        "{gateway:{auth:{token:'%s'},trustedProxies:['127.0.0.1'],audit:{maxEntries:100}}}"
            .formatted(Cluster.TOKEN);
    try (Cluster two = Cluster.of(2, small);
        Peer chief = Peer.connected(two.port(1), operator(decider))) {
      String asked =
          chief.send("exec.approval.request", json("{id:'a2',command:'ls',timeoutMs:20000}"));
      chief.event("exec.approval.requested");
      chief.ok("exec.approval.resolve", "{\"id\":\"a2\",\"decision\":\"deny\"}");
      chief.answer(asked);
      for (int i = 0; i < 20; i++) {
        refuse(two.port(0), machine, "2001:db8::" + i);
      }
      for (int i = 0; i < 110; i++) {
        refuse(two.port(i % 2), DeviceKeys.fresh(), "198.51.100." + i);
      }

      await()
          .untilAsserted(
              () -> assertThat(refusals(chief)).hasSizeGreaterThan(20).hasSizeLessThan(26));
      assertThat(refusals(chief))
          .extracting(entry -> entry.at("/actor/address").asText())
          .containsOnlyOnce("2001:db8::/64")
          .contains("198.51.100.0");
      assertThat(chief.ok("audit.list", "{\"action\":\"approval.resolved\"}").path("entries"))
          .hasSize(1);
    }
  }

  @Test
  void neitherDoesWhoWasLetInForOtherThings() throws Exception {
    String small =
        ("{gateway:{auth:{token:'%s',tokens:[{name:'dash',token:'secret-of-the-dashboard',scopes:['operator.read']}]},"
             + "audit:{maxEntries:100}}}")
            .formatted(Cluster.TOKEN);
    Connect node = Connect.node(3).device(machine).token(Cluster.TOKEN).with("caps", "system");
    try (Cluster two = Cluster.of(2, small);
        HttpClient http = HttpClient.newHttpClient();
        Peer ignored = Peer.connected(two.port(0), node.with("commands", "system.run"));
        Peer chief = Peer.connected(two.port(1), operator(decider))) {
      String asked =
          chief.send("exec.approval.request", json("{id:'a3',command:'ls',timeoutMs:20000}"));
      chief.event("exec.approval.requested");
      chief.ok("exec.approval.resolve", "{\"id\":\"a3\",\"decision\":\"deny\"}");
      chief.answer(asked);
      for (int i = 0; i < 130; i++) {
        HttpRequest nothing =
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + two.port(i % 2) + "/tools/invoke"))
                .header("Authorization", "Bearer secret-of-the-dashboard")
                .POST(HttpRequest.BodyPublishers.ofString("{\"tool\":\"none" + i + "\"}"))
                .build();
        assertThat(http.send(nothing, HttpResponse.BodyHandlers.discarding()).statusCode())
            .isEqualTo(404);
        String run = "{command:['ls','" + i + "'],approved:true,runId:'r'}";
        JsonNode refused = chief.answer(chief.send("node.invoke", invoke(run, "k" + i)));
        assertThat(refused.path("ok").asBoolean()).isFalse();
      }

      for (String action : List.of("http.tool", "run.refused")) {
        assertThat(
                chief
                    .ok("audit.list", "{\"action\":\"" + action + "\",\"limit\":99}")
                    .path("entries"))
            .isNotEmpty()
            .hasSizeLessThan(26);
      }
      assertThat(chief.ok("audit.list", "{\"action\":\"approval.resolved\"}").path("entries"))
          .hasSize(1);
    }
  }

  private static List<JsonNode> refusals(Peer reader) {
    List<JsonNode> found = new ArrayList<>();
    reader
        .ok("audit.list", "{\"limit\":1000,\"action\":\"access.refused\"}")
        .path("entries")
        .forEach(found::add);
    return found;
  }

  private static void refuse(int port, DeviceKeys keys, String address) {
    try (Peer peer = Peer.open(port, "X-Forwarded-For: " + address)) {
      peer.connect(operator(keys).token("wrong"));
    }
  }

  @Test
  void theCommandLineListsVerifiesAndExports() throws IOException {
    Cli cli = new Cli(home, cluster.instance(2).url());
    assertThat(cli.run("audit", "list", "--since", "1h", "--action", "device.paired")).isZero();
    assertThat(cli.out())
        .contains("device.paired")
        .contains("silent=true")
        .doesNotContain("token.");
    assertThat(cli.run("audit", "list", "--device", decider.id(), "--json")).isZero();
    assertThat(cli.json().path("entries")).hasSize(1);

    assertThat(cli.run("audit", "verify", "--json")).isZero();
    String head = cli.json().at("/head/hash").asText();
    long entries = cli.json().path("entries").asLong();
    assertThat(entries).isGreaterThanOrEqualTo(3);
    changesOfTheConfiguration();
    assertThat(cli.run("audit", "verify", "--head", head)).isZero();
    assertThat(cli.out()).contains(entries + 1 + " entries are genuine");
    assertThat(cli.run("audit", "verify", "--head", "0".repeat(63) + "1")).isEqualTo(1);

    Path file = home.resolve("audit.jsonl");
    assertThat(cli.run("audit", "export", "--out", file.toString())).isZero();
    assertThat(Files.readAllLines(file)).hasSize((int) entries + 1);
    assertThat(Json.parseObject(Files.readAllLines(file).getLast()).at("/entry/action").asText())
        .isEqualTo("config.changed");
    assertThat(cli.run("audit", "export", "--format", "csv", "--since", "1h")).isZero();
    assertThat(cli.out().lines()).hasSize((int) entries + 2);

    Response first = redis(Request.cmd(Command.XRANGE).arg(log()).arg("-").arg("+")).get(1);
    redis(Request.cmd(Command.XDEL).arg(log()).arg(first.get(0).toString()));
    assertThat(cli.run("audit", "verify")).isEqualTo(1);
    assertThat(cli.out()).contains("BROKEN").contains("entries 2 to 2 are missing");
  }

  @Test
  void pagesFollowEachOther() {
    JsonNode first = admin.ok("audit.list", "{\"limit\":1,\"oldestFirst\":true}");
    JsonNode second =
        admin.ok(
            "audit.list",
            "{\"limit\":1,\"oldestFirst\":true,\"cursor\":\""
                + first.path("next").asText()
                + "\"}");
    assertThat(first.path("entries")).hasSize(1);
    assertThat(second.at("/entries/0/seq").asLong()).isEqualTo(2);
    JsonNode newest = admin.ok("audit.list", "{\"limit\":1}");
    assertThat(newest.at("/entries/0/hash")).isEqualTo(newest.at("/head/hash"));
    assertThat(admin.call("audit.list", "{\"cursor\":\"x\"}").at("/error/message").asText())
        .isEqualTo("invalid cursor");
    assertThat(admin.call("audit.list", "{\"limit\":1001}").path("ok").asBoolean()).isFalse();
  }

  private static Connect operator(DeviceKeys keys) {
    return Connect.operator(3).device(keys).token(Cluster.TOKEN);
  }

  private String ask(DeviceKeys keys) {
    try (Peer peer = Peer.open(cluster.port(2), Cluster.REMOTE)) {
      return peer.connect(operator(keys)).at("/error/details/requestId").asText();
    }
  }

  private JsonNode invoke(String params, String key) {
    ObjectNode invoke = Json.object().put("nodeId", machine.id()).put("command", "system.run");
    invoke.set("params", json(params));
    return invoke.put("idempotencyKey", key).put("timeoutMs", 5_000);
  }

  private static JsonNode json(String json5) {
    return Json5.parse(json5);
  }

  /** The only entry of that action and actor; secrets and outputs are nowhere in the trail. */
  private JsonNode one(String action, DeviceKeys by) {
    return one(action, by, null);
  }

  private JsonNode one(String action, DeviceKeys by, @Nullable DeviceKeys of) {
    List<JsonNode> found = new ArrayList<>();
    await()
        .untilAsserted(
            () -> {
              found.clear();
              for (JsonNode entry : actions(action)) {
                boolean fits = of == null || entry.at("/details/device").asText().equals(of.id());
                if (fits && entry.at("/actor/device").asText().equals(by.id())) {
                  found.add(entry);
                }
              }
              assertThat(found).as("%s in %s", action, raw()).hasSize(1);
            });
    assertThat(raw()).doesNotContain(SECRET);
    return found.getFirst();
  }

  private List<JsonNode> actions(String action) {
    List<JsonNode> found = new ArrayList<>();
    admin
        .ok("audit.list", "{\"limit\":1000,\"action\":\"" + action + "\"}")
        .path("entries")
        .forEach(found::add);
    return found;
  }

  /** Everything there is in Redis of the trail. */
  private String raw() {
    return redis(Request.cmd(Command.XRANGE).arg(log()).arg("-").arg("+")).toString()
        + Replies.texts(
            redis(Request.cmd(Command.HGETALL).arg(cluster.redis().key("audit", "head"))));
  }

  private String log() {
    return cluster.redis().key("audit", "log");
  }

  private Response redis(Request request) {
    RedisLink link = RedisLink.create(vertx, cluster.redis());
    try {
      return link.ready().compose(up -> link.send(request)).await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    } finally {
      link.close();
    }
  }
}
