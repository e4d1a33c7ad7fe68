package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.RawSocket.Arrival.Closed;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocol 05 §14, §15.1: {@code node.pair.remove}. */
@Timeout(120)
class NodeRemovalIT {
  private static final Closed SENT_AWAY = new Closed(4001, "device removed");

  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  private final DeviceKeys keys = DeviceKeys.fresh();

  @Test
  void aRemovedNodeIsSentAwayFromAnotherInstanceAndHasToAskAgain() {
    try (Peer remover = cluster.admin(0, 4);
        Peer watcher = cluster.admin(1);
        Peer node = Peer.connected(cluster.port(1), node())) {
      await().until(() -> nodeRow(remover) != null);
      assertThat(remover.ok("node.pair.remove", remove()))
          .isEqualTo(Json.object().put("nodeId", keys.id()));

      assertThat(node.closed()).isEqualTo(SENT_AWAY);
      for (Peer told : List.of(remover, watcher)) {
        JsonNode event = told.event("node.pair.resolved", this::isAboutTheNode);
        assertThat(event.path("decision").asText()).isEqualTo("removed");
        assertThat(event.path("ts").asLong()).isPositive();
      }
      await().until(() -> nodeRow(remover) == null && nodeRow(watcher) == null);
      assertThat(paired(watcher)).isNull();
      assertThat(message(watcher.call("node.pair.remove", remove()))).isEqualTo("unknown nodeId");
      for (int instance : List.of(0, 1)) {
        try (Peer again = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
          JsonNode error = again.connect(node()).path("error");
          assertThat(error.path("code").asText()).isEqualTo("NOT_PAIRED");
        }
      }
      JsonNode entry = watcher.ok("audit.list", "{\"action\":\"node.removed\",\"limit\":1}");
      assertThat(entry.at("/entries/0").toString()).contains(keys.id());
    }
  }

  @Test
  void aDeviceThatIsMoreThanANodeStaysPairedForTheRest() {
    Connect asOperator = Connect.operator(4).device(keys).token(Cluster.TOKEN);
    try (Peer admin = cluster.admin(0);
        Peer operator = Peer.connected(cluster.port(1), asOperator);
        Peer node = Peer.connected(cluster.port(1), node())) {
      await().until(() -> nodeRow(admin) != null);
      admin.ok("node.pair.remove", remove());

      assertThat(node.closed()).isEqualTo(SENT_AWAY);
      await().until(() -> nodeRow(operator) == null);
      JsonNode device = paired(operator);
      assertThat(device.path("roles")).isEqualTo(Json.texts(List.of("operator")));
      assertThat(device.path("role").asText()).isEqualTo("operator");
      assertThat(device.path("tokens")).hasSize(1);
      try (Peer again = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        JsonNode error = again.connect(node()).path("error");
        assertThat(error.at("/details/reason").asText()).isEqualTo("role-upgrade");
      }
      assertThat(operator.isClosed()).isFalse();
      Peer.connected(cluster.port(0), asOperator, Cluster.REMOTE).close();
    }
  }

  @Test
  void theOlderPairingEndsToo() {
    try (Peer one = cluster.admin(0);
        Peer other = cluster.admin(1)) {
      String asked =
          one.ok("node.pair.request", remove()).path("request").path("requestId").asText();
      String token =
          one.ok("node.pair.approve", "{\"requestId\":\"" + asked + "\"}")
              .at("/node/token")
              .asText();
      one.ok("node.rename", "{\"nodeId\":\"" + keys.id() + "\",\"displayName\":\"Shed\"}");
      String pending =
          one.ok("node.pair.request", remove()).path("request").path("requestId").asText();

      other.ok("node.pair.remove", remove());

      assertThat(one.event("node.pair.resolved", this::isRemoval).path("requestId").asText())
          .isEqualTo(pending);
      String check = "{\"nodeId\":\"" + keys.id() + "\",\"token\":\"" + token + "\"}";
      assertThat(one.ok("node.pair.verify", check)).isEqualTo(Json.object().put("ok", false));
      assertThat(one.ok("node.pair.list", "{}").toString()).doesNotContain(keys.id());
    }
  }

  @Test
  void onlyWhoManagesPairingsMay() {
    try (Peer reader = cluster.operator(0, 4, "operator.read", "operator.write");
        Peer admin = cluster.admin(1);
        Peer node = Peer.connected(cluster.port(1), node())) {
      await().until(() -> nodeRow(admin) != null);
      for (String method : List.of("node.pair.remove", "device.pair.rename")) {
        JsonNode error = reader.call(method, remove()).path("error");
        assertThat(error.path("code").asText()).isEqualTo("FORBIDDEN");
        assertThat(error.at("/details/missingScope").asText()).isEqualTo("operator.pairing");
        assertThat(message(node.call(method, remove()))).isEqualTo("unauthorized role: node");
      }
      assertThat(nodeRow(admin)).isNotNull();
      assertThat(node.isClosed()).isFalse();
    }
  }

  /** Whatever a method is called, taking a node out needs the same. */
  @Test
  void takingANodeOutNeedsAdminByEveryMethod() {
    Connect asOperator = Connect.operator(4).device(keys).token(Cluster.TOKEN);
    String device = "{\"deviceId\":\"" + keys.id() + "\"";
    Map<String, String> calls =
        Map.of(
            "node.pair.remove", remove(),
            "device.pair.remove", device + "}",
            "device.token.revoke", device + ",\"role\":\"node\"}",
            "device.token.rotate", device + ",\"role\":\"node\"}");
    List<String[]> held =
        List.of(
            new String[] {"operator.pairing"},
            new String[] {"operator.pairing", "operator.read"},
            new String[] {"operator.pairing", "operator.write", "operator.approvals"});
    try (Peer admin = cluster.admin(1, 4);
        Peer node = Peer.connected(cluster.port(1), node())) {
      for (boolean isOperatorToo : List.of(false, true)) {
        if (isOperatorToo) {
          Peer.connected(cluster.port(0), asOperator.scopes("operator.read")).close();
        }
        for (String[] scopes : held) {
          try (Peer caller = cluster.operator(0, 4, scopes)) {
            calls.forEach(
                (method, params) -> {
                  JsonNode error = caller.call(method, params).path("error");
                  assertThat(error.at("/details/missingScope").asText())
                      .as("%s with %s", method, List.of(scopes))
                      .isEqualTo("operator.admin");
                });
          }
        }
      }
      assertThat(nodeRow(admin)).isNotNull();
      assertThat(node.isClosed()).isFalse();
      admin.ok("node.pair.remove", remove());
      assertThat(node.closed()).isEqualTo(SENT_AWAY);
    }
  }

  private Connect runner() {
    return node().about("platform", "linux").with("commands", "system.run", "system.which");
  }

  private ObjectNode question(String id) {
    ObjectNode question = Json.object().put("id", id).put("timeoutMs", 20_000);
    question.set("commandArgv", Json.texts(List.of("/usr/bin/git", "status")));
    return question.put("nodeId", keys.id()).put("agentId", "main");
  }

  private void decided(Peer asker, Peer approver, String id, String decision) {
    String asked = asker.send("exec.approval.request", question(id));
    approver.event("exec.approval.requested", shown -> shown.path("id").asText().equals(id));
    approver.ok(
        "exec.approval.resolve", "{\"id\":\"" + id + "\",\"decision\":\"" + decision + "\"}");
    asker.answer(asked);
  }

  private ObjectNode run(String id) {
    ObjectNode invoke = Json.object().put("nodeId", keys.id()).put("command", "system.run");
    invoke.put("idempotencyKey", "k-" + id).put("timeoutMs", 2_000);
    ObjectNode run = invoke.putObject("params").put("agentId", "main").put("runId", id);
    run.set("command", Json.texts(List.of("/usr/bin/git", "status")));
    run.put("approved", true).put("approvalDecision", "allow-once");
    return invoke;
  }

  private String runCode(Peer asker, String id) {
    JsonNode error = asker.call("node.invoke", Json.text(run(id))).path("error");
    return error.at("/details/code").asText(error.toString());
  }

  @Test
  void whatWasAllowedEndsWithTheDeviceThatAskedForIt() {
    DeviceKeys asks = DeviceKeys.fresh();
    Connect asAsker = Connect.operator(4).device(asks).token(Cluster.TOKEN);
    try (Peer admin = cluster.admin(1, 4);
        Peer node = Peer.connected(cluster.port(1), runner())) {
      try (Peer asker = Peer.connected(cluster.port(0), asAsker)) {
        decided(asker, admin, "before", "allow-once");
        admin.ok("device.pair.remove", "{\"deviceId\":\"" + asks.id() + "\"}");
        asker.closed();
      }
      try (Peer again = Peer.connected(cluster.port(1), asAsker)) {
        assertThat(runCode(again, "before")).isEqualTo("APPROVAL_DEVICE_MISMATCH");
      }
      node.call("health", "{}");
      assertThat(node.frames())
          .noneMatch(frame -> frame.path("event").asText().equals("node.invoke.request"));
    }
  }

  /** On each instance one node: near to who asks, and over another instance. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatRunsForADeviceThatIsRemovedIsToBeStopped(int instance) {
    DeviceKeys asks = DeviceKeys.fresh();
    Connect asAsker = Connect.operator(4).device(asks).token(Cluster.TOKEN);
    try (Peer admin = cluster.admin(1, 4);
        Peer asker = Peer.connected(cluster.port(0), asAsker);
        Peer node = Peer.connected(cluster.port(instance), runner())) {
      await().until(() -> nodeRow(asker) != null);
      for (Peer who : List.of(asker, admin)) {
        who.send("node.invoke", whichCall(who == asker ? "lost" : "kept"));
      }
      Map<String, String> ids = new HashMap<>();
      for (String key : List.of("lost", "kept")) {
        JsonNode request =
            node.event(
                "node.invoke.request", event -> event.toString().contains("\"k-" + key + "\""));
        ids.put(key, request.path("id").asText());
      }
      admin.ok("device.pair.remove", "{\"deviceId\":\"" + asks.id() + "\"}");

      JsonNode stop = node.event("node.invoke.cancel");
      assertThat(stop.path("invokeId").asText()).isEqualTo(ids.get("lost"));
      assertThat(stop.path("nodeId").asText()).isEqualTo(keys.id());
      asker.closed();
      node.ok("node.invoke.result", Json.text(result(ids.get("kept"))));
      assertThat(node.ok("node.invoke.result", Json.text(result(ids.get("lost")))))
          .isEqualTo(Json.object().put("ok", true).put("ignored", true));
      assertThat(node.frames())
          .filteredOn(frame -> frame.path("event").asText().equals("node.invoke.cancel"))
          .hasSize(1);
    }
  }

  private ObjectNode whichCall(String key) {
    ObjectNode invoke = Json.object().put("nodeId", keys.id()).put("command", "system.which");
    invoke.put("idempotencyKey", "k-" + key).put("timeoutMs", 20_000);
    invoke.putObject("params").set("bins", Json.texts(List.of("git")));
    return invoke;
  }

  private ObjectNode result(String id) {
    return Json.object().put("id", id).put("nodeId", keys.id()).put("ok", true);
  }

  @Test
  void whatWasAllowedOnANodeEndsWithIt() {
    try (Peer admin = cluster.admin(1, 4);
        Peer asker = cluster.admin(0, 4)) {
      try (Peer node = Peer.connected(cluster.port(1), runner())) {
        decided(asker, admin, "once", "allow-once");
        decided(asker, admin, "always", "allow-always");
        admin.ok("node.pair.remove", remove());
        node.closed();
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(asker.ok("exec.approval.grants.list", "{}").toString())
                      .doesNotContain(keys.id()));
      try (Peer again = Peer.connected(cluster.port(0), runner())) {
        await().until(() -> nodeRow(asker) != null);
        assertThat(runCode(asker, "once")).isEqualTo("APPROVAL_NODE_MISMATCH");
        assertThat(again.isClosed()).isFalse();
      }
      decided(asker, admin, "again", "allow-always");

      // As when the message that tells of it is lost.
      RunsIT.forget(cluster, keys.id());
      Peer.connected(cluster.port(1), runner()).close();
      await()
          .during(Duration.ofMillis(1_100))
          .until(() -> asker.ok("exec.approval.grants.list", "{}").toString().contains(keys.id()));
      decided(asker, admin, "anew", "deny");
    }
  }

  /** On either instance, removed as a device or as an operator only. */
  @ParameterizedTest
  @CsvSource({"0,device.pair.remove", "1,device.token.revoke"})
  void whatWasAllowedOnceEndsWithWhoeverAllowedIt(int instance, String method) {
    DeviceKeys approver = DeviceKeys.fresh();
    Connect asApprover = Connect.operator(4).device(approver).token(Cluster.TOKEN);
    try (Peer admin = cluster.admin(1, 4);
        Peer asker = cluster.admin(0, 4);
        Peer decider = Peer.connected(cluster.port(instance), asApprover);
        Peer node = Peer.connected(cluster.port(1), runner())) {
      await().until(() -> nodeRow(asker) != null);
      decided(asker, decider, "gone-" + instance, "allow-once");
      decided(asker, admin, "here-" + instance, "allow-once");
      ObjectNode lost = Json.object().put("deviceId", approver.id());
      if (method.endsWith("revoke")) {
        lost.put("role", "operator");
      }
      admin.ok(method, Json.text(lost));
      decider.closed();

      assertThat(runCode(asker, "gone-" + instance)).isEqualTo("APPROVAL_WITHDRAWN");
      ObjectNode run = run("here-" + instance);
      String sent = asker.send("node.invoke", run.put("timeoutMs", 10_000));
      String id = node.event("node.invoke.request").path("id").asText();
      node.ok("node.invoke.result", Json.text(result(id)));
      assertThat(asker.answer(sent).path("ok").asBoolean()).isTrue();
    }
  }

  private Connect node() {
    return Connect.node(4).device(keys).token(Cluster.TOKEN);
  }

  private String remove() {
    return "{\"nodeId\":\"" + keys.id() + "\"}";
  }

  private boolean isAboutTheNode(JsonNode payload) {
    return payload.path("nodeId").asText().equals(keys.id());
  }

  private boolean isRemoval(JsonNode payload) {
    return isAboutTheNode(payload) && payload.path("decision").asText().equals("removed");
  }

  private @Nullable JsonNode nodeRow(Peer peer) {
    return row(peer.ok("node.list", "{}").path("nodes"), "nodeId");
  }

  private @Nullable JsonNode paired(Peer peer) {
    return row(peer.ok("device.pair.list", "{}").path("paired"), "deviceId");
  }

  private @Nullable JsonNode row(JsonNode rows, String idField) {
    return StreamSupport.stream(rows.spliterator(), false)
        .filter(row -> row.path(idField).asText().equals(keys.id()))
        .findFirst()
        .orElse(null);
  }

  private static String message(JsonNode answer) {
    return answer.path("error").path("message").asText();
  }
}
