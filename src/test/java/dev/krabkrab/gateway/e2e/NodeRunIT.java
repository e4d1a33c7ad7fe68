package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * This product's own node host as a process, with two instances: it is let in, runs what was
 * approved and nothing else, and stays over the end of an instance. Protocol 02 §14, §16.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NodeRunIT {
  @RegisterExtension static final GatewayProcesses gateways = GatewayProcesses.start(2);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @BeforeEach
  void repair() {
    gateways.repair();
  }

  private Path state() {
    return folder.resolve("node");
  }

  private static String url(int instance) {
    return "ws://127.0.0.1:" + gateways.port(instance);
  }

  private NodeProcess node(String urls) throws IOException {
    return NodeProcess.start(state(), GatewayProcesses.TOKEN, "--url", urls, "--grace", "1s");
  }

  /** The node's id, once it is connected for this instance. */
  private String connected(Peer operator) throws IOException {
    String id =
        Json.parseObject(Files.readString(state().resolve("identity").resolve("device.json")))
            .path("deviceId")
            .asText();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                operator
                    .ok("node.describe", "{\"nodeId\":\"" + id + "\"}")
                    .path("connected")
                    .asBoolean());
    return id;
  }

  private static ObjectNode run(String nodeId, String runId, String... argv) {
    ObjectNode params = Json.object().put("nodeId", nodeId).put("command", "system.run");
    ObjectNode run = params.putObject("params").put("timeoutMs", 60_000);
    run.set("command", Json.texts(List.of(argv)));
    if (!runId.isEmpty()) {
      run.put("runId", runId).put("approved", true).put("approvalDecision", "allow-once");
    }
    return params.put("timeoutMs", 60_000).put("idempotencyKey", UUID.randomUUID().toString());
  }

  /** Asks for a command on one connection and allows it on another. */
  private static void approve(Peer asks, Peer decides, String id, String script) {
    ObjectNode params = Json.object().put("id", id).put("command", script).put("host", "node");
    String request = asks.send("exec.approval.request", params.put("timeoutMs", 60_000));
    decides.event("exec.approval.requested", payload -> payload.path("id").asText().equals(id));
    decides.ok("exec.approval.resolve", "{\"id\":\"" + id + "\",\"decision\":\"allow-once\"}");
    assertThat(asks.answer(request).at("/payload/decision").asText()).isEqualTo("allow-once");
  }

  private static String message(JsonNode answer) {
    return answer.at("/error/message").asText();
  }

  @Test
  void itWaitsToBeLetInAndRunsWhatWasApproved() throws Exception {
    try (HeaderProxy elsewhere = new HeaderProxy(() -> gateways.port(0));
        NodeProcess node = node(elsewhere.url());
        Peer operator = gateways.admin(1);
        Peer approver = gateways.admin(0)) {
      node.awaitLine("this node waits to be let in", 1);
      JsonNode request = operator.ok("device.pair.list", "{}").at("/pending/0");
      assertThat(node.log())
          .contains("request " + request.path("requestId").asText())
          .contains("code " + request.path("comparisonCode").asText())
          .contains("krabkrab devices approve " + request.path("requestId").asText());
      operator.ok(
          "device.pair.approve", "{\"requestId\":\"" + request.path("requestId").asText() + "\"}");
      node.awaitLine("connected to", 1);
      String id = connected(operator);

      Path file = folder.resolve("made");
      String script = "echo made > " + file + "; pwd";
      assertThat(
              message(
                  operator.call("node.invoke", Json.text(run(id, "", "/bin/sh", "-c", script)))))
          .isEqualTo("SYSTEM_RUN_DENIED: approval required");
      assertThat(file).doesNotExist();
      approve(operator, approver, "a1", script);
      JsonNode ran =
          operator.call("node.invoke", Json.text(run(id, "a1", "/bin/sh", "-c", script)));
      assertThat(ran.at("/payload/payload/exitCode").asInt(-1)).as("%s", ran).isZero();
      assertThat(file).hasContent("made");

      elsewhere.cut();
      node.awaitLine("connected to", 2);
      JsonNode found =
          operator.call(
              "node.invoke",
              Json.text(
                  Json.object()
                      .put("nodeId", connected(operator))
                      .put("command", "system.which")
                      .put("idempotencyKey", "w1")
                      .<ObjectNode>set("params", Json.parseObject("{\"bins\":[\"sh\"]}"))));
      assertThat(found.at("/payload/payload/bins/sh").asText()).as("%s", found).endsWith("/sh");
    }
  }

  @Test
  void itGoesToTheOtherInstanceWhenItsOwnIsKilledInMidRun() throws Exception {
    try (NodeProcess node = node(url(0) + "," + url(1));
        Peer operator = gateways.admin(1);
        Peer approver = gateways.admin(1)) {
      node.awaitLine("connected to " + url(0), 1);
      String id = connected(operator);
      Path file = folder.resolve("runs");
      Path go = folder.resolve("go");
      String script =
          "echo ran >> " + file + "; while [ ! -e " + go + " ]; do sleep 0.1; done; echo end";
      approve(operator, approver, "a2", script);
      String call = operator.send("node.invoke", run(id, "a2", "/bin/sh", "-c", script));
      await().atMost(PATIENCE).until(() -> Files.exists(file));
      gateways.kill(0);
      assertThat(message(operator.answer(call))).contains("node disconnected");
      node.awaitLine("connected to " + url(1), 1);
      Files.createFile(go);
      node.awaitLine("nobody waits any more for the answer to", 1);
      assertThat(file).hasContent("ran");

      approve(operator, approver, "a3", "echo again");
      await().atMost(PATIENCE).until(() -> connected(operator).equals(id));
      JsonNode ran =
          operator.call("node.invoke", Json.text(run(id, "a3", "/bin/sh", "-c", "echo again")));
      assertThat(ran.at("/payload/payload/stdout").asText()).as("%s", ran).isEqualTo("again\n");
    }
  }

  @Test
  void itComesBackWhenItsGatewayDoes() throws Exception {
    try (NodeProcess node = node(url(0))) {
      node.awaitLine("connected to", 1);
      gateways.terminate(0);
      assertThat(gateways.awaitEnd(0, PATIENCE)).isTrue();
      node.awaitLine("cannot connect", 1);
      gateways.repair();
      node.awaitLine("connected to", 2);
      try (Peer operator = gateways.admin(0)) {
        assertThat(connected(operator)).isNotEmpty();
      }
    }
  }

  @Test
  void whoIsNotLetInEndsAndSaysWhy() throws Exception {
    try (NodeProcess node = NodeProcess.start(state(), "wrong-token-0123456789", "--url", url(0))) {
      assertThat(node.exitCode()).as(node.log()).isEqualTo(4);
      assertThat(node.log()).contains("token").doesNotContain("wrong-token-0123456789");
    }
  }

  @Test
  void oneNodeOfAStateDirectoryRunsAndEndsWithWhatItRuns() throws Exception {
    try (NodeProcess node = node(url(0));
        Peer operator = gateways.admin(0);
        Peer approver = gateways.admin(1)) {
      node.awaitLine("connected to", 1);
      try (NodeProcess second = node(url(0))) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.log()).contains("runs already");
      }
      String id = connected(operator);
      Path pid = folder.resolve("pid");
      String script =
          "(sleep 300 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "); sleep 300";
      approve(operator, approver, "a4", script);
      String call = operator.send("node.invoke", run(id, "a4", "/bin/sh", "-c", script));
      await().atMost(PATIENCE).until(() -> Files.exists(pid));
      node.terminate();
      assertThat(operator.answer(call).at("/payload/payload/error").asText()).isEqualTo("aborted");
      assertThat(node.exitCode()).as(node.log()).isZero();
      assertThat(node.log()).contains("stopped");
      long left = Long.parseLong(Files.readString(pid).strip());
      await().atMost(PATIENCE).until(() -> isGone(left));
    }
  }

  private static boolean isGone(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException gone) {
      return true;
    }
  }
}
