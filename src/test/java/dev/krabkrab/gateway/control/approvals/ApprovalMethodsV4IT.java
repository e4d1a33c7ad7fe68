package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static dev.krabkrab.gateway.control.approvals.TestClient.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protocol 05 §13.3: {@code approval.get} and {@code approval.resolve}. */
@Timeout(60)
class ApprovalMethodsV4IT {
  private static final String APPROVALS = "operator.approvals";

  private final RedisSettings redis = TestRedis.settings();
  private final TestInstance a = TestInstance.start("a", redis);
  private final TestInstance b = TestInstance.start("b", redis);
  private final TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
  private final TestClient approver = TestClient.connect(b, "approver", 4, APPROVALS);

  @AfterEach
  void closeInstances() {
    a.close();
    b.close();
  }

  @Test
  void readAndDecidedOnAnotherInstance() {
    String requested =
        asker.send(
            "exec.approval.request",
            """
            {"id":"any 1","command":"curl -H 'Authorization: Bearer abc' x","cwd":"/srv/private",
             "env":{"TOKEN":"from-env"},"host":"gateway","agentId":"main",
             "sessionKey":"agent:main:main","timeoutMs":20000}\
            """);
    approver.event(REQUESTED, "any 1");
    JsonNode pending = get(approver, "any 1");

    assertThat(pending.path("status").asText()).isEqualTo("pending");
    assertThat(pending.path("urlPath").asText()).isEqualTo("/approve/any%201");
    assertThat(pending.at("/presentation/commandText").asText()).contains("Bearer abc");
    assertThat(pending.at("/presentation/allowedDecisions")).hasSize(2);
    assertThat(pending.at("/presentation/cwd").asText()).isEqualTo("/srv/private");
    assertThat(pending.at("/presentation/envKeys/0").asText()).isEqualTo("TOKEN");
    assertThat(pending.toString()).doesNotContain("from-env");
    assertThat(pending.has("decision")).isFalse();

    JsonNode won = resolve(approver, "any 1", "exec", "allow-once").path("payload");
    assertThat(decision(asker.answer(requested))).isEqualTo("allow-once");
    assertThat(won.path("applied").asBoolean()).isTrue();
    JsonNode allowed = won.path("approval");
    assertThat(allowed.path("status").asText()).isEqualTo("allowed");
    assertThat(allowed.path("decision").asText()).isEqualTo("allow-once");
    assertThat(allowed.path("reason").asText()).isEqualTo("user");
    assertThat(allowed.path("resolver"))
        .isEqualTo(
            Json.object()
                .put("kind", "device")
                .put("id", "approver")
                .put("deviceId", "approver")
                .put("label", "name of approver")
                .put("instance", "b"));
    assertThat(allowed.path("source"))
        .isEqualTo(Json.object().put("agentId", "main").put("sessionKey", "agent:main:main"));
    assertThat(allowed.toString())
        .contains("curl")
        .doesNotContain("Bearer abc")
        .doesNotContain("/srv/private");
    assertThat(get(asker, "any 1")).isEqualTo(allowed);
    JsonNode event = asker.event(RESOLVED, "any 1");
    assertThat(event.path("resolvedBy").asText()).isEqualTo("name of approver");
    assertThat(event.path("ts")).isEqualTo(allowed.path("resolvedAtMs"));
  }

  @Test
  void theSecondIsToldWhatTheFirstDecided() {
    String requested = asker.ask("any-2", "ls", 20_000);
    approver.event(REQUESTED, "any-2");
    JsonNode first = resolve(approver, "any-2", "exec", "deny").path("payload");
    assertThat(decision(asker.answer(requested))).isEqualTo("deny");

    for (String second : List.of("deny", "allow-always", "no decision")) {
      JsonNode notified = resolve(asker, "any-2", "exec", second).path("payload");
      assertThat(notified.path("applied").asBoolean(true)).isFalse();
      assertThat(notified.path("approval")).isEqualTo(first.path("approval"));
    }
    assertThat(error(asker.decide("any-2", "allow-once"))).isEqualTo("approval already resolved");
    assertThat(asker.events(RESOLVED, "any-2")).hasSize(1);
    assertThat(approver.events(RESOLVED, "any-2")).hasSize(1);
  }

  @Test
  void oneOfTwoAtOnceIsApplied() {
    for (int round = 0; round < 10; round++) {
      String id = "race-" + round;
      String requested = asker.ask(id, "ls", 20_000);
      approver.event(REQUESTED, id);
      String one = asker.send("approval.resolve", params(id, "exec", "allow-once"));
      String other = approver.send("approval.resolve", params(id, "exec", "deny"));
      JsonNode byOne = asker.answer(one).path("payload");
      JsonNode byOther = approver.answer(other).path("payload");

      assertThat(byOne.path("applied").asBoolean())
          .isNotEqualTo(byOther.path("applied").asBoolean());
      assertThat(byOne.path("approval")).isEqualTo(byOther.path("approval"));
      assertThat(decision(asker.answer(requested)))
          .isEqualTo(byOne.at("/approval/decision").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "plugin,allow-once",
    "system-agent,allow-always",
    "exec,maybe",
    "exec,''",
    "Exec,deny"
  })
  void whatIsNoDecisionDenies(String kind, String said) {
    String requested = asker.ask("any-3", "ls", 20_000);
    approver.event(REQUESTED, "any-3");
    JsonNode answer = resolve(approver, "any-3", kind, said).path("payload");

    assertThat(decision(asker.answer(requested))).isEqualTo("deny");
    assertThat(answer.path("applied").asBoolean()).isTrue();
    assertThat(answer.at("/approval/status").asText()).isEqualTo("denied");
    assertThat(answer.at("/approval/reason").asText()).isEqualTo("malformed-verdict");
    assertThat(get(asker, "any-3")).isEqualTo(answer.path("approval"));
    assertThat(asker.event(RESOLVED, "any-3").path("decision").asText()).isEqualTo("deny");
  }

  @Test
  void aDecisionThatIsNoTextDeniesAndAMissingOneIsAnError() {
    String requested = asker.ask("any-4", "ls", 20_000);
    approver.event(REQUESTED, "any-4");
    assertThat(error(approver.call("approval.resolve", "{\"id\":\"any-4\",\"kind\":\"exec\"}")))
        .contains("must have required property 'decision'");
    assertThat(get(asker, "any-4").path("status").asText()).isEqualTo("pending");

    approver.call("approval.resolve", "{\"id\":\"any-4\",\"kind\":\"exec\",\"decision\":7}");
    assertThat(decision(asker.answer(requested))).isEqualTo("deny");
  }

  @Test
  void whatIsNotOfferedIsRefusedAndTheQuestionStays() {
    asker.send("exec.approval.request", "{\"id\":\"any-5\",\"command\":\"ls\",\"ask\":\"always\"}");
    approver.event(REQUESTED, "any-5");
    JsonNode refused = resolve(approver, "any-5", "exec", "allow-always").path("error");

    assertThat(refused.at("/details/reason").asText())
        .isEqualTo("APPROVAL_ALLOW_ALWAYS_UNAVAILABLE");
    assertThat(get(approver, "any-5").path("status").asText()).isEqualTo("pending");
  }

  @Test
  void whatIsOverIsToldAndWhatNeverWasIsNotFound() {
    asker.ask("any-6", "ls", 100);
    await().until(() -> get(approver, "any-6").path("status").asText().equals("expired"));
    JsonNode late = resolve(approver, "any-6", "exec", "allow-once").path("payload");

    assertThat(late.path("applied").asBoolean(true)).isFalse();
    assertThat(late.at("/approval/decision").asText()).isEqualTo("deny");
    assertThat(late.at("/approval/reason").asText()).isEqualTo("timeout");
    assertThat(late.at("/approval/resolvedAtMs")).isEqualTo(late.at("/approval/expiresAtMs"));
    assertThat(late.path("approval").has("resolver")).isFalse();
    for (String method : List.of("approval.get", "approval.resolve")) {
      JsonNode unknown = asker.call(method, params("none", "exec", "deny")).path("error");
      assertThat(unknown.path("code").asText()).isEqualTo("APPROVAL_NOT_FOUND");
      assertThat(unknown.path("message").asText()).isEqualTo("approval not found");
    }
  }

  @Test
  void nobodyElseMayLookOrDecide() {
    asker.ask("any-7", "ls", 20_000);
    approver.event(REQUESTED, "any-7");
    TestClient reader = TestClient.connect(b, "reader", 4, "operator.read");

    assertThat(error(reader.call("approval.get", "{\"id\":\"any-7\"}")))
        .isEqualTo("missing scope: operator.approvals");
    assertThat(error(resolve(reader, "any-7", "plugin", "x")))
        .isEqualTo("missing scope: operator.approvals");
    assertThat(get(approver, "any-7").path("status").asText()).isEqualTo("pending");
  }

  private static JsonNode get(TestClient client, String id) {
    return client
        .call("approval.get", Json.text(Json.object().put("id", id)))
        .path("payload")
        .path("approval");
  }

  private static JsonNode resolve(TestClient client, String id, String kind, String decision) {
    return client.call("approval.resolve", params(id, kind, decision));
  }

  private static String params(String id, String kind, String decision) {
    ObjectNode params = Json.object().put("id", id).put("kind", kind).put("decision", decision);
    return Json.text(params);
  }
}
