package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static dev.krabkrab.gateway.control.approvals.TestClient.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Protocol 05 §13: what protocol 4 adds. */
@Timeout(60)
class ApprovalV4IT {
  private static final String APPROVALS = "operator.approvals";

  private final RedisSettings redis = TestRedis.settings();
  private final TestInstance a = TestInstance.start("a", redis);
  private final TestInstance b = TestInstance.start("b", redis);

  @AfterEach
  void closeInstances() {
    a.close();
    b.close();
  }

  @Test
  void twoPhases() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    TestClient approver = TestClient.connect(b, "approver", 4, APPROVALS);
    TestClient older = TestClient.connect(b, "older");
    String requested =
        asker.send(
            "exec.approval.request",
            """
            {"id":"v4-1","command":"rm -rf build","commandArgv":["rm","-rf","build"],
             "env":{"TOKEN":"secret"},"twoPhase":true}\
            """);
    JsonNode accepted = asker.answer(requested, 0).path("payload");
    JsonNode shown = approver.event(REQUESTED, "v4-1");

    assertThat(accepted.path("status").asText()).isEqualTo("accepted");
    assertThat(accepted.path("deliveryRoute").asText()).isEqualTo("approval-client");
    assertThat(accepted.path("expiresAtMs").asLong() - accepted.path("createdAtMs").asLong())
        .isEqualTo(1_800_000);
    assertThat(shown.path("approvalKind").asText()).isEqualTo("exec");
    assertThat(shown.at("/request/allowedDecisions")).hasSize(2);
    assertThat(shown.at("/request/commandArgv")).hasSize(3);
    assertThat(shown.toString()).contains("TOKEN").doesNotContain("secret");
    assertThat(older.event(REQUESTED, "v4-1").path("request").fieldNames())
        .toIterable()
        .containsAll(Approval.V3_FIELDS)
        .contains("commandArgv", "envKeys", "nodeBinding");
    assertThat(approver.call("exec.approval.list", "{}").path("payload").get(0)).isEqualTo(shown);
    JsonNode got = approver.call("exec.approval.get", "{\"id\":\"v4\"}").path("payload");
    assertThat(got.path("commandText").asText()).isEqualTo("rm -rf build");

    approver.decide("v4-1", "allow-once");
    assertThat(decision(asker.answer(requested, 1))).isEqualTo("allow-once");
    assertThat(asker.event(RESOLVED, "v4-1").path("request").isObject()).isTrue();
    assertThat(approver.call("exec.approval.list", "{}").path("payload")).isEmpty();
  }

  @Test
  void decidingTwice() {
    TestClient both = TestClient.connect(a, "both", 4, APPROVALS);
    String requested = both.ask("v4-2", "ls", 20_000);
    both.event(REQUESTED, "v4-2");
    both.decide("v4-2", "deny");
    both.answer(requested);

    assertThat(both.decide("v4-2", "deny").path("ok").asBoolean()).isTrue();
    JsonNode other = both.decide("v4-2", "allow-once").path("error");
    assertThat(other.path("message").asText()).isEqualTo("approval already resolved");
    assertThat(other.at("/details/reason").asText()).isEqualTo("APPROVAL_ALREADY_RESOLVED");
    JsonNode unknown = both.decide("v4-none", "deny").path("error");
    assertThat(unknown.path("message").asText()).isEqualTo("unknown or expired approval id");
    assertThat(unknown.at("/details/reason").asText()).isEqualTo("APPROVAL_NOT_FOUND");
    assertThat(error(both.answer(both.ask("v4-2", "ls", 20_000))))
        .isEqualTo("approval request unavailable");
    assertThat(both.events(RESOLVED, "v4-2")).hasSize(1);
  }

  @Test
  void waitingForSomebodysDecision() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    TestClient watcher = TestClient.connect(b, "watcher", 4, APPROVALS);
    asker.ask("v4-3", "ls", 20_000);
    watcher.event(REQUESTED, "v4-3");
    String waiting = watcher.send("exec.approval.waitDecision", "{\"id\":\"v4-3\"}");
    asker.decide("v4-3", "allow-once");

    assertThat(decision(watcher.answer(waiting))).isEqualTo("allow-once");
    assertThat(decision(watcher.call("exec.approval.waitDecision", "{\"id\":\"v4-3\"}")))
        .isEqualTo("allow-once");
    assertThat(error(watcher.call("exec.approval.waitDecision", "{\"id\":\"none\"}")))
        .isEqualTo("approval expired or not found");
    asker.ask("v4-4", "ls", 200);
    watcher.event(REQUESTED, "v4-4");
    JsonNode late = watcher.call("exec.approval.waitDecision", "{\"id\":\"v4-4\"}");
    assertThat(late.at("/payload/decision").isNull()).isTrue();
    assertThat(late.at("/payload/terminalReason").asText()).isEqualTo("timeout");
  }

  @Test
  void aRouteIsAnApproverOtherThanTheAsker() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
    String params = "{\"id\":\"%s\",\"command\":\"ls\",\"timeoutMs\":20000,\"twoPhase\":true}";
    String alone = asker.send("exec.approval.request", params.formatted("v4-5"));
    assertThat(asker.answer(alone).at("/payload/deliveryRoute").asText()).isEqualTo("none");
    JsonNode noRoute =
        asker.call("exec.approval.request", "{\"command\":\"ls\",\"requireDeliveryRoute\":true}");
    assertThat(noRoute.at("/payload/decision").isNull()).isTrue();

    TestClient approver = TestClient.connect(b, "approver");
    approver.event(REQUESTED, "v4-5");
    String together = asker.send("exec.approval.request", params.formatted("v4-6"));
    assertThat(asker.answer(together).at("/payload/deliveryRoute").asText())
        .isEqualTo("approval-client");
    approver.event(REQUESTED, "v4-6");
  }

  @Test
  void whatIsNotOfferedCannotBeChosen() {
    TestClient both = TestClient.connect(a, "both", 4, APPROVALS);
    String requested =
        both.send(
            "exec.approval.request", "{\"id\":\"v4-7\",\"command\":\"ls\",\"ask\":\"always\"}");
    assertThat(both.event(REQUESTED, "v4-7").at("/request/allowedDecisions")).hasSize(2);
    JsonNode refused = both.decide("v4-7", "allow-always").path("error");

    assertThat(refused.path("message").asText())
        .isEqualTo("allow-always is unavailable for this command");
    assertThat(refused.at("/details/reason").asText())
        .isEqualTo("APPROVAL_ALLOW_ALWAYS_UNAVAILABLE");
    both.decide("v4-7", "deny");
    assertThat(decision(both.answer(requested))).isEqualTo("deny");
  }

  @Test
  void idsAndNodesAreChecked() {
    TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);

    assertThat(
            error(asker.call("exec.approval.request", "{\"id\":\"plugin:x\",\"command\":\"ls\"}")))
        .isEqualTo("approval ids starting with plugin: are reserved");
    assertThat(error(asker.call("exec.approval.request", "{}"))).isEqualTo("command is required");
    assertThat(error(asker.call("exec.approval.request", "{\"command\":\"ls\",\"host\":\"node\"}")))
        .isEqualTo("nodeId is required for host=node");
    assertThat(
            error(
                asker.call(
                    "exec.approval.request",
                    "{\"command\":\"ls\",\"host\":\"node\",\"nodeId\":\"n\"}")))
        .isEqualTo("systemRunPlan is required for host=node");
    assertThat(asker.call("plugin.approval.list", "{}").path("payload").isArray()).isTrue();
    await().until(() -> a.pendingCount() == 0);
  }
}
