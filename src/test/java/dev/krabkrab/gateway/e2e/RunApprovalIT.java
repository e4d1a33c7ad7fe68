package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The gateway's main job over three instances: somebody asks on one, a human allows it on another,
 * the command runs on a node of the third. Protocol 02 §2.4, §17.1.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RunApprovalIT {
  @RegisterExtension static final GatewayProcesses gateways = GatewayProcesses.start(3);

  private final TestDevice requester = TestDevice.fresh();
  private final TestDevice approver = TestDevice.fresh();
  private final TestDevice stranger = TestDevice.fresh();
  private final TestDevice nodeDevice = TestDevice.fresh();

  @BeforeEach
  void repair() {
    gateways.repair();
  }

  @Test
  void anAllowedCommandRunsOnceAcrossThreeInstances() throws Exception {
    try (NodeDouble node = new NodeDouble(gateways, 2, nodeDevice);
        WireClient r = WireClient.connect(gateways.port(0), requester, Profile.admin());
        WireClient x = WireClient.connect(gateways.port(2), requester, Profile.admin());
        WireClient other = WireClient.connect(gateways.port(1), stranger, Profile.admin());
        WireClient u = WireClient.connect(gateways.port(1), approver, Profile.approver(4))) {
      decide(r, u, "run-1", node.id(), "allow-once");

      JsonNode stolen = other.call("node.invoke", run(node, "run-1", "k0"));
      assertThat(stolen.path("error").path("message").asText())
          .isEqualTo("approval id not valid for this device");
      JsonNode forged = x.call("node.invoke", run(node, "made-up", "k1"));
      assertThat(forged.path("error").path("message").asText())
          .isEqualTo("unknown or expired approval id");
      assertThat(forged.path("error").path("details").path("code").asText())
          .isEqualTo("UNKNOWN_APPROVAL_ID");
      JsonNode ran = x.call("node.invoke", run(node, "run-1", "k2"));
      assertThat(ran.path("ok").asBoolean()).as(ran.toString()).isTrue();
      JsonNode again = r.call("node.invoke", run(node, "run-1", "k3"));
      assertThat(again.path("ok").asBoolean()).as(again.toString()).isFalse();

      assertThat(node.asked()).hasSize(1);
      JsonNode params = Json.tryParse(node.asked().getFirst().path("paramsJSON").asText());
      assertThat(params).isNotNull();
      assertThat(params.path("approved").asBoolean()).isTrue();
      assertThat(params.path("runId").asText()).isEqualTo("run-1");
    }
  }

  @Test
  void aDecisionStillCountsWhenBothItsInstancesAreKilled() throws Exception {
    try (NodeDouble node = new NodeDouble(gateways, 2, nodeDevice)) {
      try (WireClient r = WireClient.connect(gateways.port(0), requester, Profile.admin());
          WireClient u = WireClient.connect(gateways.port(1), approver, Profile.approver(3))) {
        decide(r, u, "run-2", node.id(), "allow-once");
      }
      gateways.kill(0);
      gateways.kill(1);
      try (WireClient x = WireClient.connect(gateways.port(2), requester, Profile.admin())) {
        assertThat(x.call("node.invoke", run(node, "run-2", "k4")).path("ok").asBoolean()).isTrue();
        assertThat(x.call("node.invoke", run(node, "run-2", "k5")).path("ok").asBoolean())
            .isFalse();
      }
      assertThat(node.asked()).hasSize(1);
    }
  }

  @Test
  void aDeniedCommandDoesNotRun() throws Exception {
    try (NodeDouble node = new NodeDouble(gateways, 2, nodeDevice);
        WireClient r = WireClient.connect(gateways.port(0), requester, Profile.admin());
        WireClient u = WireClient.connect(gateways.port(1), approver, Profile.approver(3))) {
      decide(r, u, "run-3", node.id(), "deny");

      assertThat(r.call("node.invoke", run(node, "run-3", "k6")).path("ok").asBoolean()).isFalse();
      assertThat(node.asked()).isEmpty();
    }
  }

  /** As a client of protocol 4 asks, for the words a node host wrote, and as it runs them. */
  @Test
  void wordsWithBlanksRunAndNothingElseDoes() throws Exception {
    Profile newer = Profile.operator(4, "operator.admin", "operator.write", "operator.approvals");
    try (NodeDouble node = new NodeDouble(gateways, 2, nodeDevice);
        WireClient r = WireClient.connect(gateways.port(0), requester, newer);
        WireClient x = WireClient.connect(gateways.port(2), requester, newer);
        WireClient u = WireClient.connect(gateways.port(1), approver, Profile.approver(3))) {
      ObjectNode plan = Json.object().put("commandText", "/bin/sh -lc \"echo mark\"");
      plan.putArray("argv").add("/bin/sh").add("-lc").add("echo mark");
      plan.put("cwd", "/srv").put("agentId", "main").putNull("sessionKey");
      ObjectNode params = Json.object().put("id", "run-4").put("host", "node");
      params.put("nodeId", node.id()).put("timeoutMs", 120_000).put("command", "echo mark");
      params.set("systemRunPlan", plan);
      params.putObject("env").put("LANG", "C");
      CompletableFuture<JsonNode> asked = r.request("exec.approval.request", params);
      JsonNode shown =
          u.event("exec.approval.requested", it -> it.path("id").asText().equals("run-4"));
      assertThat(shown.at("/request/command").asText()).isEqualTo("/bin/sh -lc \"echo mark\"");
      assertThat(shown.at("/request/commandArgv")).isEqualTo(plan.get("argv"));
      assertThat(shown.at("/request/envKeys/0").asText()).isEqualTo("LANG");
      u.call(
          "exec.approval.resolve",
          Json.parseObject("{\"id\":\"run-4\",\"decision\":\"allow-once\"}"));
      asked.orTimeout(30, TimeUnit.SECONDS).join();

      for (String other : List.of("cwd", "env", "agentId", "command", "systemRunPlan")) {
        ObjectNode changed = planned(node, plan, other + " differs");
        ObjectNode run = (ObjectNode) changed.get("params");
        switch (other) {
          case "env" -> run.putObject("env").put("LANG", "C").put("LD_PRELOAD", "/tmp/x.so");
          case "command" -> ((ArrayNode) run.get("command")).add("x");
          case "systemRunPlan" -> run.set("systemRunPlan", plan.deepCopy().put("cwd", "/tmp"));
          default -> run.put(other, "other");
        }
        JsonNode details = x.call("node.invoke", changed).at("/error/details");
        assertThat(details.path("code").asText()).isEqualTo("APPROVAL_REQUEST_MISMATCH");
        assertThat(details.path("field").asText())
            .isEqualTo(other.equals("command") ? "argv" : other);
      }
      JsonNode ran = x.call("node.invoke", planned(node, plan, "k7"));
      assertThat(ran.path("ok").asBoolean()).as(ran.toString()).isTrue();
      assertThat(node.asked()).hasSize(1);
      JsonNode told = Json.parseObject(node.asked().getFirst().path("paramsJSON").asText());
      assertThat(told.path("systemRunPlan")).isEqualTo(plan);
      assertThat(told.has("surprise")).isFalse();
      assertThat(told.path("env")).isEqualTo(Json.object().put("LANG", "C"));
    }
  }

  private static ObjectNode planned(NodeDouble node, ObjectNode plan, String key) {
    ObjectNode params = run(node, "run-4", key);
    ObjectNode run = (ObjectNode) params.get("params");
    run.set("command", plan.get("argv").deepCopy());
    run.put("rawCommand", plan.path("commandText").asText()).put("surprise", true);
    run.set("systemRunPlan", plan);
    run.putObject("env").put("LANG", "C");
    run.put("cwd", "/srv").put("agentId", "main");
    return params;
  }

  private static void decide(
      WireClient r, WireClient u, String id, String nodeId, String decision) {
    ObjectNode params = Json.object().put("id", id).put("command", "echo hi");
    params.put("host", "node").put("timeoutMs", 120_000);
    CompletableFuture<JsonNode> asked = r.request("exec.approval.request", params);
    u.event("exec.approval.requested", payload -> payload.path("id").asText().equals(id));
    JsonNode resolved =
        u.call("exec.approval.resolve", Json.object().put("id", id).put("decision", decision));
    assertThat(resolved.path("ok").asBoolean()).as(resolved.toString()).isTrue();
    JsonNode answer = asked.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(answer.path("payload").path("decision").asText())
        .as("%s on %s", answer, nodeId)
        .isEqualTo(decision);
  }

  private static ObjectNode run(NodeDouble node, String runId, String key) {
    ObjectNode params = Json.object().put("nodeId", node.id()).put("command", "system.run");
    ObjectNode run = params.putObject("params");
    run.putArray("command").add("echo").add("hi");
    run.put("rawCommand", "echo hi").put("runId", runId);
    run.put("approved", true).put("approvalDecision", "allow-once");
    return params.put("timeoutMs", 5_000).put("idempotencyKey", key);
  }
}
