package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.REMOTE;
import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.ExitCodes;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The real command line against two real instances. */
class CliIT {
  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  @TempDir private Path home;
  private Cli cli;
  private Cli other;

  @BeforeEach
  void user() {
    cli = new Cli(home, cluster.instance(0).url());
    other = cli.at(cluster.instance(1).url());
  }

  @Test
  void healthStatusVersionAndCall() {
    expectOk(cli, "health");
    assertThat(cli.out()).startsWith("OK  ").contains(cluster.instance(0).url());
    expectOk(other, "health", "--json");
    assertThat(other.json().path("ok").booleanValue()).isTrue();
    expectOk(cli, "status");
    assertThat(cli.out()).contains("Gateway   ", "Connected (");
    expectOk(other, "status", "--json");
    assertThat(other.json().isObject()).isTrue();
    expectOk(cli, "version", "--json");
    assertThat(cli.json().isObject()).isTrue();
    expectOk(cli, "call", "node.list", "--json");
    assertThat(cli.json().path("nodes").isArray()).isTrue();
    expectOk(other, "call", "last-heartbeat");
    assertThat(other.out().strip()).isEqualTo("null");
  }

  /** A gateway may answer before the client's own write is reported done. */
  @Test
  void manyCommandsInARowKeepTheirConnection() {
    for (int round = 0; round < 200; round++) {
      expectOk(round % 2 == 0 ? cli : other, "call", "last-heartbeat");
    }
  }

  @Test
  void failuresHaveTheirExitCodes() {
    assertThat(cli.run("call", "no.such.method")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("unknown method: no.such.method");
    String message = "{\"to\":\"x\",\"message\":\"y\",\"idempotencyKey\":\"k\"}";
    assertThat(cli.run("call", "send", message)).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("unsupported channel: whatsapp");
    assertThat(cli.run("call", "health", "[1]")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.run("call", "config.get", "--scopes", "operator.read"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err()).contains("missing scope: operator.admin");
    assertThat(cli.run("health", "--url", "ws://127.0.0.1:1")).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(cli.run("health", "--json", "--url", "ws://127.0.0.1:1"))
        .isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(Json.tryParse(cli.err()).path("exitCode").intValue())
        .isEqualTo(ExitCodes.UNREACHABLE);
    Cli stranger = new Cli(home.resolve("stranger"), cluster.instance(0).url());
    assertThat(stranger.run(Map.of(), "health", "--token", "wrong")).isEqualTo(ExitCodes.REFUSED);
    assertThat(stranger.err()).contains("gateway token mismatch").doesNotContain("wrong");
    assertThat(stranger.run(Map.of(), "health")).isEqualTo(ExitCodes.REFUSED);
    assertThat(stranger.err()).contains("gateway token missing");
  }

  @Test
  void theStoredDeviceTokenIsEnoughFromThenOn() {
    expectOk(cli, "health");
    assertThat(other.run(Map.of(), "health")).as(other.err()).isEqualTo(ExitCodes.OK);
  }

  @Test
  void tokenIsPrintedFromTheStateDirectory() throws IOException {
    assertThat(cli.run(Map.of(), "token")).isEqualTo(ExitCodes.FAILED);
    Path state = Files.createDirectories(home.resolve(".krabkrab"));
    Files.writeString(state.resolve("gateway-token"), "from-the-file\n");
    assertThat(cli.run(Map.of(), "token", "--json")).isEqualTo(ExitCodes.OK);
    assertThat(cli.json().path("token").asText()).isEqualTo("from-the-file");
    assertThat(cli.json().path("source").asText()).isEqualTo("state-dir");
    expectOk(cli, "token");
    assertThat(cli.out().strip()).isEqualTo(TOKEN);
  }

  @Test
  void aRemoteDeviceIsListedApprovedRotatedAndRevoked() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect wanted = cluster.as(keys, 4).about("displayName", "Far away").scopes("operator.read");
    String requestId = refusedFor(wanted);
    expectOk(other, "devices", "list");
    assertThat(other.out())
        .contains(requestId.substring(0, 12), "Far away")
        .doesNotContain(requestId);
    expectOk(other, "devices", "approve", requestId);
    assertThat(other.out()).contains("Approved Far away", keys.id());
    expectOk(cli, "devices", "list", "--json");
    assertThat(HandshakeIT.row(cli.json().path("paired"), "deviceId", keys.id()).isObject())
        .isTrue();
    try (Peer device = Peer.connected(cluster.port(1), wanted, REMOTE)) {
      expectOk(cli, "devices", "rotate", keys.id());
      assertThat(device.call("health", "{}").path("ok").asBoolean()).isTrue();
      expectOk(cli, "devices", "revoke", keys.id());
      assertThat(device.closed())
          .isEqualTo(new RawSocket.Arrival.Closed(4001, "device token revoked"));
    }
    assertThat(cli.run("devices", "approve", requestId)).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("unknown requestId");
  }

  @Test
  void aRemoteDeviceIsRejected() {
    Connect wanted = Connect.operator(4).device(DeviceKeys.fresh()).token(TOKEN);
    String requestId = refusedFor(wanted);
    expectOk(cli, "devices", "reject", requestId);
    assertThat(refusedFor(wanted)).isNotEqualTo(requestId);
  }

  @Test
  void aNodeIsListedDescribedAndInvoked() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer node = node(keys)) {
      await()
          .untilAsserted(
              () -> {
                expectOk(cli, "nodes", "list", "--json");
                JsonNode row = HandshakeIT.row(cli.json().path("nodes"), "nodeId", keys.id());
                assertThat(row.path("connected").asBoolean()).isTrue();
              });
      expectOk(cli, "nodes", "list");
      assertThat(cli.out()).contains("Pocket");
      expectOk(cli, "nodes", "describe", "Pocket");
      assertThat(cli.out()).contains(keys.id());
      CompletableFuture<Integer> invoked =
          CompletableFuture.supplyAsync(
              () -> cli.run("nodes", "invoke", "--node", "Pocket", "--command", "camera.list"));
      JsonNode request = node.event("node.invoke.request");
      assertThat(request.path("command").asText()).isEqualTo("camera.list");
      node.ok(
          "node.invoke.result",
          Json.text(
              Json.object()
                  .put("id", request.path("id").asText())
                  .put("nodeId", keys.id())
                  .put("ok", true)
                  .put("payloadJSON", "{\"cameras\":3}")));
      assertThat(invoked.join()).as(cli.err()).isEqualTo(ExitCodes.OK);
      assertThat(cli.out()).contains("\"cameras\"");
    }
    assertThat(cli.run("nodes", "describe", "nobody")).isEqualTo(ExitCodes.FAILED);
  }

  @Test
  void approvalsAreListedWatchedAndResolvedElsewhere() throws Exception {
    String id = "cli-" + DeviceKeys.fresh().id().substring(0, 12);
    Cli watcher = new Cli(home.resolve("watcher"), cluster.instance(1).url());
    Thread watching = Thread.ofVirtual().start(() -> watcher.run("approvals", "watch"));
    await().until(() -> watcher.err().contains("Watching"));
    try (Peer asking = cluster.admin(0)) {
      String params = "{\"id\":\"" + id + "\",\"command\":\"rm -rf build\",\"timeoutMs\":60000}";
      String request =
          asking.send("exec.approval.request", Objects.requireNonNull(Json.tryParse(params)));
      await()
          .untilAsserted(
              () -> {
                expectOk(other, "approvals", "list");
                assertThat(other.out()).contains(id.substring(0, 12), "rm -rf build");
              });
      assertThat(other.run("approvals", "resolve", id, "perhaps")).isEqualTo(ExitCodes.USAGE);
      expectOk(other, "approvals", "resolve", id.substring(0, 12), "allow-once");
      assertThat(other.out()).contains("Resolved " + id, "It was: rm -rf build");
      assertThat(asking.answer(request).at("/payload/decision").asText()).isEqualTo("allow-once");
      assertThat(cli.run("approvals", "resolve", id, "deny")).isEqualTo(ExitCodes.FAILED);
      assertThat(cli.err()).contains("was decided before: allow-once by krabkrab cli (");
      await().until(() -> watcher.out().contains(id) && watcher.out().contains("allow-once"));
    }
    watching.interrupt();
  }

  @Test
  void configIsReadAndChangedOnEveryInstance() throws IOException {
    expectOk(cli, "config", "set", "gateway.nodes.denyCommands", "[\"system.run\"]");
    awaitConfig(other, "gateway.nodes.denyCommands", "system.run");
    expectOk(other, "config", "patch", "{gateway:{nodes:{denyCommands:['camera.snap']}}}");
    awaitConfig(cli, "gateway.nodes.denyCommands", "camera.snap");
    assertThat(cli.run("config", "set", "gateway.auth.mode", "7")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("gateway.auth.mode");
    expectOk(cli, "config", "get", "gateway.auth.token");
    assertThat(cli.out()).doesNotContain(TOKEN);
    expectOk(cli, "config", "get", "--show-secrets");
    Path file = home.resolve("whole.json5");
    Files.writeString(file, cli.out().replace("camera.snap", "camera.clip"));
    expectOk(other, "config", "apply", "-f", file.toString());
    awaitConfig(cli, "gateway.nodes.denyCommands", "camera.clip");
    expectOk(cli, "config", "set", "gateway.nodes.denyCommands", "null");
    await()
        .until(() -> other.run("config", "get", "gateway.nodes.denyCommands") == ExitCodes.FAILED);
  }

  private static void awaitConfig(Cli where, String path, String value) {
    await()
        .untilAsserted(
            () -> {
              expectOk(where, "config", "get", path);
              assertThat(where.out()).contains(value);
            });
  }

  private static Peer node(DeviceKeys keys) {
    return Peer.connected(
        cluster.port(1),
        Connect.node(4)
            .device(keys)
            .token(TOKEN)
            .about("platform", "ios", "displayName", "Pocket")
            .with("caps", "camera")
            .with("commands", "camera.list"));
  }

  private static String refusedFor(Connect connect) {
    try (Peer peer = Peer.open(cluster.port(0), REMOTE)) {
      return peer.connect(connect).at("/error/details/requestId").asText();
    }
  }

  private static void expectOk(Cli cli, String... arguments) {
    assertThat(cli.run(arguments))
        .as("%s: %s", String.join(" ", arguments), cli.err())
        .isEqualTo(ExitCodes.OK);
  }
}
