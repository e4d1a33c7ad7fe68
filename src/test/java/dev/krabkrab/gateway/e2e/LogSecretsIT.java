package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run with everything logged, and a secret wherever one can come in: none is in what the
 * instances wrote or commands printed. Every secret that the test chooses contains one word.
 */
class LogSecretsIT {
  private static final String WORD = "PLANTED";
  private static final String TOKEN = "PLANTED-shared-token-of-the-gateway";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final DeviceKeys operator = DeviceKeys.fresh();
  private final DeviceKeys machine = DeviceKeys.fresh();
  private final List<String> secrets = new ArrayList<>(List.of(WORD));
  private final List<String> ordered = new ArrayList<>();
  private final StringBuilder printed = new StringBuilder();
  private final GatewayProcesses gateways =
      GatewayProcesses.start(List.of(loud("json", TOKEN), loud("text", TOKEN)));

  @TempDir private Path home;

  @AfterEach
  void stop() {
    gateways.close();
  }

  @Test
  void noneReachesALogOrAScreen() throws Exception {
    secrets.add(URI.create(gateways.redisUrl()).getUserInfo().substring(1));
    refusals();
    frames();
    calls();
    upgrades();
    commands();
    badStarts();
    for (int i = 0; i < 2; i++) {
      gateways.terminate(i);
      assertThat(gateways.awaitEnd(i, PATIENCE)).isTrue();
    }

    String json = gateways.log(0, StandardCharsets.UTF_8);
    String text = gateways.log(1, StandardCharsets.UTF_8);
    assertThat(json.lines().map(Json::tryParse))
        .anySatisfy(line -> assertLine(line, "node.invoke", operator));
    assertThat(text)
        .contains("refused (unauthorized): ", "outcome=\"unauthorized\"")
        .contains("method=\"exec.approval.resolve\"");
    List<String> all = new ArrayList<>(List.of(json, text, printed.toString()));
    for (int i = 2; i < gateways.size(); i++) {
      all.add(gateways.log(i, StandardCharsets.UTF_8));
    }
    assertThat(secrets).hasSizeGreaterThan(5).allMatch(secret -> secret.length() > 6);
    for (String written : all) {
      assertThat(written.lines().filter(this::tells)).isEmpty();
    }
  }

  private static void assertLine(JsonNode line, String method, DeviceKeys device) {
    assertThat(line).isNotNull();
    assertThat(line.path("method").asText()).isEqualTo(method);
    assertThat(line.path("device").asText()).isEqualTo(device.id().substring(0, 12));
    assertThat(line.path("conn").asText()).isNotEmpty();
    assertThat(line.path("instance").asText()).startsWith("i0-");
  }

  private boolean tells(String line) {
    return secrets.stream().anyMatch(line::contains);
  }

  /** Wrong credentials of every kind. */
  private void refusals() {
    for (int i = 0; i < 2; i++) {
      refused(i, Connect.operator(3).device(DeviceKeys.fresh()).token("PLANTED-wrong-token"));
      refused(i, Connect.operator(4).auth("password", "PLANTED-password"));
      refused(i, Connect.operator(4).device(DeviceKeys.fresh()).auth("deviceToken", "PLANTED.a.b"));
      refused(
          i,
          Connect.operator(3)
              .device(DeviceKeys.fresh())
              .token(TOKEN)
              .spoil(p -> ((ObjectNode) p.get("device")).put("signature", "PLANTED-signature")));
      refused(
          i, Connect.operator(3).token(TOKEN).spoil(p -> p.put("PLANTED-name", "PLANTED-unknown")));
    }
  }

  private void refused(int instance, Connect connect) {
    try (Peer peer = Peer.open(gateways.port(instance))) {
      assertThat(peer.connect(connect).path("ok").asBoolean()).isFalse();
      peer.closed();
    }
  }

  /** Frames that are none, before and behind the handshake. */
  private void frames() {
    List<String> bad =
        List.of(
            "PLANTED",
            "{\"token\":\"PLANTED\"",
            "[\"PLANTED\"]",
            "{\"type\":\"req\",\"id\":\"PLANTED\",\"method\":7,\"params\":{\"token\":\"PLANTED\"}}",
            "{\"type\":\"req\",\"id\":\"PLANTED\",\"method\":\"PLANTED\",\"PLANTED\":1}",
            "{\"type\":\"req\",\"id\":\"a\",\"method\":\"PLANTED\",\"params\":{\"a\":\"PLANTED\"}}",
            "{\"type\":\"req\",\"id\":\"b\",\"method\":\"node.invoke\",\"params\":{\"PLANTED\":1}}");
    for (int i = 0; i < 2; i++) {
      for (String frame : bad) {
        try (Peer stranger = Peer.open(gateways.port(i))) {
          stranger.socket().send(RawSocket.text(frame));
          stranger.closed();
        }
      }
      try (Peer peer = operator(i)) {
        bad.forEach(frame -> peer.socket().send(RawSocket.text(frame)));
        peer.ok("health", "{}");
      }
    }
  }

  /** Parameters and answers with secrets in them, across the instances. */
  private void calls() {
    try (Peer asker = operator(0);
        Peer decider = operator(1);
        Peer node =
            Peer.connected(
                gateways.port(1),
                Connect.node(3)
                    .device(machine)
                    .token(TOKEN)
                    .with("caps", "system")
                    .with("commands", "system.which"))) {
      String asked =
          asker.send(
              "exec.approval.request",
              json(
                  "{id:'a1',command:'mysqldump --password=PLANTED-secret shop',"
                      + "host:'node',timeoutMs:20000}"));
      decider.event("exec.approval.requested");
      decider.ok("exec.approval.resolve", "{\"id\":\"a1\",\"decision\":\"allow-once\"}");
      asker.answer(asked);
      for (String answer :
          List.of(
              "{ok:true,payloadJSON:'{\"key\":\"PLANTED\"}'}",
              "{ok:false,error:{code:'FAILED',message:'PLANTED'}}")) {
        String invoke =
            asker.send(
                "node.invoke",
                json(
                    "{nodeId:'%s',command:'system.which',params:{bins:['PLANTED'],env:{A:'PLANTED'}},"
                            .formatted(machine.id())
                        + "idempotencyKey:'PLANTED-"
                        + answer.hashCode()
                        + "'}"));
        JsonNode order =
            node.event("node.invoke.request", request -> !seen(request.path("id").asText()));
        ordered.add(order.path("id").asText());
        ObjectNode result = json(answer);
        result.put("id", order.path("id").asText()).put("nodeId", machine.id());
        node.call("node.invoke.result", Json.text(result));
        asker.answer(invoke);
      }
      node.call(
          "node.invoke.result",
          "{\"id\":\"PLANTED\",\"nodeId\":\"x\",\"ok\":false,\"error\":\"PLANTED\"}");
      node.call("node.event", "{\"event\":\"PLANTED\",\"payloadJSON\":\"PLANTED\"}");
      node.call("node.event", "{\"event\":\"agent.request\",\"payloadJSON\":\"PLANTED\"}");
      asker.call("system-event", "{\"text\":\"PLANTED\"}");
      asker.call("device.token.rotate", "{\"deviceId\":\"PLANTED\",\"role\":\"PLANTED\"}");
      configuration(asker);
    }
  }

  private boolean seen(String invokeId) {
    return ordered.contains(invokeId);
  }

  private static void configuration(Peer admin) {
    for (String raw :
        List.of(
            "{channels:{telegram:{botToken:'PLANTED'}},models:{providers:{p:{apiKey:'PLANTED'}}}}",
            "{gateway:{auth:{token:'PLANTED-other',password:'PLANTED-password'}}}",
            "{gateway:{auth:{token:7,mode:'PLANTED'}}}",
            "{gateway:{auth:{token:'PLANTED'",
            "PLANTED")) {
      String hash = admin.ok("config.get", "{}").path("hash").asText();
      String params = Json.text(Json.object().put("raw", raw).put("baseHash", hash));
      admin.call("config.patch", params);
    }
    admin.call("config.set", "{\"raw\":\"{a:'PLANTED'}\",\"baseHash\":\"PLANTED\"}");
  }

  /** Secrets in the HTTP request itself. */
  private void upgrades() throws IOException {
    for (int i = 0; i < 2; i++) {
      for (String line : List.of("GET /?token=PLANTED HTTP/1.1", "GET /PLANTED HTTP/9.PLANTED")) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateways.port(i))) {
          String request =
              line + "\r\nHost: a\r\nAuthorization: Bearer PLANTED\r\nConnection: close\r\n\r\n";
          socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
          InputStream in = socket.getInputStream();
          in.readAllBytes();
        }
      }
    }
  }

  /** Commands of an operator; what only they print, a token they were asked for, is left out. */
  private void commands() {
    Cli cli = new Cli(home, "ws://127.0.0.1:" + gateways.port(1));
    run(cli, TOKEN, "health");
    run(cli, TOKEN, "status");
    run(cli, TOKEN, "devices", "list");
    run(cli, TOKEN, "nodes", "list");
    run(cli, TOKEN, "approvals", "list");
    run(cli, TOKEN, "audit", "list", "--json");
    run(cli, TOKEN, "call", "no.such.method", "{\"a\":\"PLANTED\"}");
    run(
        new Cli(home.resolve("other"), "ws://127.0.0.1:" + gateways.port(0)),
        "PLANTED-x",
        "health");
    run(cli, TOKEN, "health", "--url", "ws://127.0.0.1:1");
  }

  private void run(Cli cli, String token, String... arguments) {
    cli.run(Map.of("KRABKRAB_GATEWAY_TOKEN", token), arguments);
    assertThat(cli.out() + cli.err()).isNotBlank();
    printed.append(cli.out()).append(cli.err());
  }

  /** Starts that fail over a secret. */
  private void badStarts() throws IOException {
    RedisSettings redis = gateways.redis();
    String address = URI.create(gateways.redisUrl()).getAuthority().replaceFirst(".*@", "");
    Path key = Files.writeString(home.resolve("tls.key"), "-----BEGIN PRIVATE KEY-----\nPLANTED\n");
    Path empty = Files.createDirectory(home.resolve("empty"));
    bad(Map.of("KRABKRAB_REDIS_URL", "redis://:PLANTED-password@" + address));
    bad(Map.of("KRABKRAB_REDIS_URL", "redis://PLANTED:PLANTED@[" + redis.namespace()));
    bad(Map.of("KRABKRAB_TLS_CERT", key.toString(), "KRABKRAB_TLS_KEY", key.toString()));
    bad(Map.of("KRABKRAB_PORT", "PLANTED", "KRABKRAB_DRAIN_BUDGET_MS", "PLANTED"));
    bad(Map.of("KRABKRAB_REDIS_PASSWORD_FILE", empty.toString()));
  }

  private void bad(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(loud("text", TOKEN));
    all.putAll(environment);
    int instance = gateways.add(all);
    // A Redis that refuses is tried again for a minute.
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                gateways.log(instance, StandardCharsets.UTF_8).contains("Redis is not connected: ")
                    || !gateways.running(instance));
    gateways.kill(instance);
    assertThat(gateways.log(instance, StandardCharsets.UTF_8))
        .containsAnyOf("krabkrab: ", "Redis is not connected: ");
  }

  private Peer operator(int instance) {
    Peer peer = Peer.open(gateways.port(instance));
    Connect connect =
        Connect.operator(3)
            .device(operator)
            .scopes("operator.admin", "operator.approvals", "operator.read", "operator.write")
            .token(TOKEN);
    JsonNode sent = Objects.requireNonNull(Json.tryParse(peer.connectFrame(connect, "c0")));
    JsonNode hello = peer.hello(connect);
    secrets.add(sent.at("/params/device/signature").asText());
    secrets.add(hello.at("/auth/deviceToken").asText());
    return peer;
  }

  private static Map<String, String> loud(String format, String token) {
    return Map.of(
        "KRABKRAB_LOG_LEVEL",
        "TRACE",
        "KRABKRAB_LOG_FORMAT",
        format,
        "KRABKRAB_GATEWAY_TOKEN",
        token);
  }

  private static ObjectNode json(String json5) {
    return (ObjectNode) Json5.parse(json5);
  }
}
