package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code allow-always} means on two instances. ADR 20. */
@Timeout(90)
class RuleIT {
  private static final String APPROVALS = "operator.approvals";
  private static final List<String> STATUS = List.of("/usr/bin/git", "status");
  private static final List<String> PUSH = List.of("/usr/bin/git", "push");

  private final RedisSettings redis = TestRedis.settings();
  private final TestInstance a = TestInstance.start("a", redis);
  private final TestInstance b = TestInstance.start("b", redis);
  private TestClient asker;
  private TestClient askerOnB;
  private TestClient approver;

  @BeforeEach
  void connect() {
    asker = TestClient.connect(a, "asker", 4, APPROVALS);
    askerOnB = TestClient.connect(b, "asker", 4, APPROVALS);
    approver = TestClient.connect(b, "approver", 4, APPROVALS);
  }

  @AfterEach
  void closeInstances() {
    a.close();
    b.close();
  }

  private static ObjectNode question(List<String> argv) {
    ObjectNode params = Json.object().put("id", UUID.randomUUID().toString());
    params.set("commandArgv", Json.texts(argv));
    return params
        .put("nodeId", "build-box")
        .put("agentId", "main")
        .put("sessionKey", "agent:main:main")
        .put("timeoutMs", 30_000);
  }

  private static String id(ObjectNode question) {
    return question.path("id").asText();
  }

  private static String send(TestClient by, ObjectNode question) {
    return by.send("exec.approval.request", Json.text(question));
  }

  /** Requests an approval, which is allowed always; returns the approver's answer. */
  private JsonNode allowAlways(ObjectNode question) {
    String requested = send(asker, question);
    approver.event(REQUESTED, id(question));
    JsonNode stored = approver.decide(id(question), "allow-always").path("payload");
    assertThat(decision(asker.answer(requested))).isEqualTo("allow-always");
    return stored;
  }

  /** Whether approvers are notified; otherwise it was allowed at once, in silence. */
  private boolean isAsked(TestClient by, ObjectNode question) {
    String sent = send(by, question);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                !by.answers(sent).isEmpty() || !approver.events(REQUESTED, id(question)).isEmpty());
    if (!approver.events(REQUESTED, id(question)).isEmpty()) {
      approver.decide(id(question), "deny");
      assertThat(decision(by.answer(sent))).isEqualTo("deny");
      return true;
    }
    assertThat(decision(by.answer(sent))).isEqualTo("allow-always");
    return false;
  }

  private String claim(TestInstance on, String device, ObjectNode question) {
    ObjectNode run = Json.object().put("agentId", "main").put("sessionKey", "agent:main:main");
    run.set("command", question.get("commandArgv"));
    Caller caller = TestInstance.callerOf(device);
    return switch (get(on.service.claimForRun(id(question), caller, "build-box", run))) {
      case ApprovalCheck.Granted granted -> granted.decision();
      case ApprovalCheck.Refused refused -> refused.code();
    };
  }

  private JsonNode rules() {
    return approver.call("exec.approval.grants.list", "{}").at("/payload/grants");
  }

  private String revoke(TestClient by, String rule) {
    return by.call("exec.approval.grants.revoke", "{\"grantId\":\"" + rule + "\"}")
        .at("/payload/outcome")
        .asText();
  }

  @Test
  void whatIsAllowedAlwaysIsNotAskedAgainAnywhereUntilItIsTakenBack() {
    ObjectNode first = question(STATUS);
    send(asker, first);
    JsonNode event = approver.event(REQUESTED, id(first));
    assertThat(event.at("/request/allowedDecisions")).hasSize(3);
    JsonNode preview =
        approver
            .call("exec.approval.rulePreview", "{\"id\":\"" + id(first) + "\"}")
            .path("payload");
    assertThat(preview.path("storable").asBoolean()).isTrue();
    assertThat(preview.at("/rule/pattern").asText()).isEqualTo("/usr/bin/git");
    assertThat(preview.at("/rule/argv")).hasSize(2);
    assertThat(preview.at("/rule/nodeId").asText()).isEqualTo("build-box");
    assertThat(preview.at("/rule/days").asInt()).isEqualTo(7);
    assertThat(rules()).isEmpty();

    JsonNode stored = approver.decide(id(first), "allow-always").path("payload");
    assertThat(stored.path("ruleStored").asBoolean()).isTrue();
    String rule = stored.at("/rule/id").asText();
    assertThat(stored.at("/rule/createdBy/deviceId").asText()).isEqualTo("approver");
    assertThat(stored.at("/rule/expiresAtMs").asLong() - stored.at("/rule/createdAtMs").asLong())
        .isBetween(TimeUnit.DAYS.toMillis(7), TimeUnit.DAYS.toMillis(7) + 10_000);

    ObjectNode again = question(STATUS);
    assertThat(isAsked(askerOnB, again)).isFalse();
    assertThat(isAsked(asker, question(STATUS))).isFalse();
    assertThat(isAsked(askerOnB, question(PUSH))).isTrue();

    assertThat(claim(b, "asker", first)).isEqualTo("allow-once");
    assertThat(claim(a, "asker", again)).isEqualTo("allow-once");
    assertThat(claim(a, "other", again)).isEqualTo("APPROVAL_DEVICE_MISMATCH");
    assertThat(rules()).hasSize(1);
    // Two requests and the first run; the run of a request that the rule answered is no other use.
    assertThat(rules().get(0).path("useCount").asInt()).isEqualTo(3);
    assertThat(claim(a, "asker", again)).isEqualTo("allow-once");
    assertThat(rules().get(0).path("useCount").asInt()).isEqualTo(4);

    assertThat(revoke(asker, rule)).isEqualTo("revoked");
    assertThat(isAsked(askerOnB, question(STATUS))).isTrue();
    assertThat(isAsked(asker, question(STATUS))).isTrue();
    assertThat(claim(b, "asker", first)).isEqualTo("APPROVAL_RULE_ENDED");
    assertThat(claim(b, "asker", again)).isEqualTo("APPROVAL_RULE_ENDED");
    assertThat(revoke(approver, rule)).isEqualTo("not-found");
    assertThat(rules()).isEmpty();
  }

  @Test
  void whateverDiffersIsAskedAbout() {
    ObjectNode with = question(STATUS).put("cwd", "/srv");
    allowAlways(with);
    assertThat(isAsked(askerOnB, question(STATUS).put("cwd", "/srv"))).isFalse();

    Map<String, ObjectNode> others = new TreeMap<>();
    others.put("no folder", question(STATUS));
    others.put("folder", question(STATUS).put("cwd", "/srv/x"));
    others.put("node", question(STATUS).put("cwd", "/srv").put("nodeId", "other"));
    others.put("agent", question(STATUS).put("cwd", "/srv").put("agentId", "ops"));
    others.put("one more", question(List.of("/usr/bin/git", "status", "-s")).put("cwd", "/srv"));
    others.put("one less", question(List.of("/usr/bin/git")).put("cwd", "/srv"));
    others.put("program", question(List.of("/usr/local/bin/git", "status")).put("cwd", "/srv"));
    others.put("bare", question(List.of("git", "status")).put("cwd", "/srv"));
    others.put("joined", question(List.of("/usr/bin/git status")).put("cwd", "/srv"));
    others.put(
        "shell", question(List.of("/bin/sh", "-c", "/usr/bin/git status")).put("cwd", "/srv"));
    ObjectNode env = question(STATUS).put("cwd", "/srv");
    env.putObject("env").put("GIT_DIR", "/tmp/x");
    others.put("variables", env);
    others.put("always", question(STATUS).put("cwd", "/srv").put("ask", "always"));
    others.put("deny", question(STATUS).put("cwd", "/srv").put("security", "deny"));
    others.put("link", question(STATUS).put("cwd", "/srv").put("resolvedPath", "/opt/git"));
    ObjectNode unwanted = question(STATUS).put("cwd", "/srv");
    unwanted.putArray("unavailableDecisions").add("allow-always");
    others.put("unwanted", unwanted);
    ObjectNode reviewed = question(STATUS).put("cwd", "/srv");
    reviewed.putArray("approvalReviewerDeviceIds").add("approver");
    others.put("reviewers", reviewed);
    others.forEach((what, other) -> assertThat(isAsked(askerOnB, other)).as(what).isTrue());

    TestClient stranger = TestClient.connect(b, "stranger", 4, APPROVALS);
    assertThat(isAsked(stranger, question(STATUS).put("cwd", "/srv"))).isTrue();
  }

  @Test
  void thePolicyMayBeStricterThanARule() {
    allowAlways(question(STATUS));
    TestClient admin = TestClient.connect(a, "admin", 4, "operator.admin");
    for (String policy :
        List.of(
            "\"defaults\":{\"ask\":\"always\"}",
            "\"defaults\":{\"security\":\"deny\"}",
            "\"agents\":{\"*\":{\"ask\":\"Always\"}}",
            "\"agents\":{\"main\":{\"security\":\"deny\"}}")) {
      set(admin, policy);
      assertThat(isAsked(askerOnB, question(STATUS))).as(policy).isTrue();
    }
    set(admin, "\"defaults\":{\"ask\":\"always\"},\"agents\":{\"main\":{\"ask\":\"on-miss\"}}");
    ObjectNode granted = question(STATUS);
    assertThat(isAsked(askerOnB, granted)).isFalse();
    set(admin, "\"agents\":{\"main\":{\"security\":\"deny\"}}");
    assertThat(claim(b, "asker", granted)).isEqualTo("APPROVAL_RULE_ENDED");
  }

  @Test
  void anAgentIsOneAgentHoweverItIsSpelled() {
    TestClient admin = TestClient.connect(a, "admin", 4, "operator.admin");
    for (String spelled : List.of("Main", " main", "default", "MAIN ")) {
      set(admin, "\"defaults\":{}");
      allowAlways(question(STATUS).put("agentId", spelled));
      assertThat(isAsked(askerOnB, question(STATUS).put("agentId", spelled))).isFalse();
      set(admin, "\"agents\":{\"main\":{\"security\":\"deny\"}}");
      assertThat(isAsked(askerOnB, question(STATUS).put("agentId", spelled))).as(spelled).isTrue();
    }
  }

  private static void set(TestClient admin, String policy) {
    String hash = admin.call("exec.approvals.get", "{}").at("/payload/hash").asText();
    JsonNode answer =
        admin.call(
            "exec.approvals.set",
            "{\"baseHash\":\"" + hash + "\",\"file\":{\"version\":1," + policy + "}}");
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
  }

  @Test
  void whereNoRuleCanBeMadeItIsNotOffered() {
    for (List<String> argv :
        List.of(
            List.of("/bin/sh", "-lc", "/usr/bin/git status"),
            List.of("cmd.exe", "/d", "/s", "/c", "dir"),
            List.of("git", "status"),
            List.of("/usr/bin/env", "x"),
            List.of("/usr/bin/python3.12", "x.py"))) {
      ObjectNode question = question(argv);
      String requested = send(asker, question);
      JsonNode event = approver.event(REQUESTED, id(question));
      assertThat(event.at("/request/allowedDecisions").toString())
          .isEqualTo("[\"allow-once\",\"deny\"]");
      JsonNode preview =
          approver
              .call("exec.approval.rulePreview", "{\"id\":\"" + id(question) + "\"}")
              .path("payload");
      assertThat(preview.path("storable").asBoolean()).isFalse();
      assertThat(preview.path("reason").asText()).isNotBlank();
      JsonNode refused = approver.decide(id(question), "allow-always").path("error");
      assertThat(refused.at("/details/reason").asText())
          .isEqualTo("APPROVAL_ALLOW_ALWAYS_UNAVAILABLE");
      approver.decide(id(question), "allow-once");
      assertThat(decision(asker.answer(requested))).isEqualTo("allow-once");
    }
    assertThat(rules()).isEmpty();
  }

  @Test
  void whatIsResolvedToAnotherProgramIsNoRule() {
    for (String resolved : List.of("/opt/git", "C:\\usr\\bin\\git.exe")) {
      ObjectNode question = question(STATUS).put("resolvedPath", resolved);
      String requested = send(asker, question);
      JsonNode event = approver.event(REQUESTED, id(question));
      assertThat(event.at("/request/allowedDecisions").toString())
          .isEqualTo("[\"allow-once\",\"deny\"]");
      approver.decide(id(question), "deny");
      assertThat(decision(asker.answer(requested))).isEqualTo("deny");
    }
    allowAlways(question(STATUS).put("resolvedPath", "/usr/bin/git"));
    assertThat(isAsked(askerOnB, question(STATUS))).isFalse();
  }

  private static ObjectNode planned(String more) {
    ObjectNode question = question(STATUS);
    ObjectNode plan =
        Json.parseObject("{\"commandText\":\"/usr/bin/git status\"" + more + "}")
            .put("cwd", "/srv");
    plan.set("argv", Json.texts(STATUS));
    return (ObjectNode) question.set("systemRunPlan", plan);
  }

  @Test
  void aPlanWithMoreInItThanARuleKeepsIsAlwaysAskedAbout() {
    allowAlways(planned(",\"rawCommand\":\"/usr/bin/git status\",\"env\":null"));
    assertThat(isAsked(askerOnB, planned(""))).isFalse();
    assertThat(isAsked(askerOnB, planned(",\"policySnapshot\":{\"ask\":\"on-miss\"}"))).isFalse();
    for (String more :
        List.of(
            ",\"env\":{\"PATH\":\"/x\"}",
            ",\"env\":{}",
            ",\"program\":\"/tmp/x\"",
            ",\"resolvedPath\":\"/tmp/x\"",
            ",\"command\":[\"id\"]",
            ",\"stdin\":\"\"",
            ",\"ARGV\":[\"id\"]",
            ",\"mutableFileOperand\":{\"argvIndex\":1,\"path\":\"x\",\"sha256\":\"a\"}")) {
      ObjectNode question = planned(more);
      String requested = send(askerOnB, question);
      JsonNode request = approver.event(REQUESTED, id(question)).path("request");
      assertThat(request.path("allowedDecisions")).as(more).hasSize(2);
      assertThat(request.path("systemRunPlan")).isEqualTo(question.get("systemRunPlan"));
      approver.decide(id(question), "deny");
      assertThat(decision(askerOnB.answer(requested))).isEqualTo("deny");
    }
  }

  @Test
  void whoKeepsAListOfItsOwnIsToldAndNoRuleIsMade() {
    TestClient older = TestClient.connect(a, "older", 3, APPROVALS);
    String requested = older.ask("v3-always", "ls", 20_000);
    approver.event(REQUESTED, "v3-always");
    JsonNode done = approver.decide("v3-always", "allow-always").path("payload");
    assertThat(done.path("ok").asBoolean()).isTrue();
    assertThat(done.path("ruleStored").asBoolean(true)).isFalse();
    assertThat(decision(older.answer(requested))).isEqualTo("allow-always");
    assertThat(rules()).isEmpty();
    String next = older.ask("v3-next", "ls", 20_000);
    approver.event(REQUESTED, "v3-next");
    approver.decide("v3-next", "deny");
    assertThat(decision(older.answer(next))).isEqualTo("deny");
  }

  @Test
  void aRuleEndsWhenItSaid() {
    ObjectNode first = question(STATUS);
    send(asker, first);
    approver.event(REQUESTED, id(first));
    String decide = "{\"id\":\"%s\",\"decision\":\"allow-always\",\"grantExpiresInDays\":%d}";
    JsonNode tooLong =
        approver.call("exec.approval.resolve", decide.formatted(id(first), 91)).path("error");
    assertThat(tooLong.path("message").asText()).contains("at most 90");
    JsonNode rule =
        approver.call("exec.approval.resolve", decide.formatted(id(first), 30)).at("/payload/rule");
    assertThat(rule.path("expiresAtMs").asLong() - rule.path("createdAtMs").asLong())
        .isGreaterThanOrEqualTo(TimeUnit.DAYS.toMillis(30));
    assertThat(isAsked(askerOnB, question(STATUS))).isFalse();

    // A second grant is the same rule, and does not shorten it.
    ObjectNode other = question(PUSH);
    ObjectNode same = question(PUSH);
    send(asker, other);
    send(askerOnB, same);
    approver.event(REQUESTED, id(other));
    approver.event(REQUESTED, id(same));
    JsonNode longer =
        approver.call("exec.approval.resolve", decide.formatted(id(other), 60)).at("/payload/rule");
    JsonNode shorter =
        approver.call("exec.approval.resolve", decide.formatted(id(same), 2)).at("/payload/rule");
    assertThat(shorter.path("id")).isEqualTo(longer.path("id"));
    assertThat(shorter.path("expiresAtMs")).isEqualTo(longer.path("expiresAtMs"));

    RedisLink link = get(RedisLink.create(a.vertx(), redis).ready());
    String key = key(STATUS);
    get(link.send(Request.cmd(Command.HSET).arg(key).arg("expiresAtMs").arg("1000")));
    assertThat(isAsked(askerOnB, question(STATUS))).isTrue();
    assertThat(claim(b, "asker", first)).isEqualTo("APPROVAL_RULE_ENDED");
    assertThat(get(link.send(Request.cmd(Command.PTTL).arg(key(PUSH)))).toLong())
        .isBetween(TimeUnit.DAYS.toMillis(59), TimeUnit.DAYS.toMillis(60));
  }

  private String key(List<String> argv) {
    RuleTerms terms =
        new RuleTerms("device:asker", "main", "build-box", argv.getFirst(), argv, "", List.of());
    return redis.key("exec-rules", "rule:" + terms.key());
  }

  /** Whoever decides may die between the decision and the rule. */
  @Test
  void aDecisionWhoseRuleIsMissingIsToldOnlyWithItsRule() {
    ObjectNode question = question(STATUS);
    String requested = send(asker, question);
    approver.event(REQUESTED, id(question));
    diedAfterDeciding(question);

    assertThat(decision(asker.answer(requested))).isEqualTo("allow-always");
    assertThat(rules()).hasSize(1);
    assertThat(rules().get(0).at("/createdBy/deviceId").asText()).isEqualTo("gone");
    assertThat(isAsked(askerOnB, question(STATUS))).isFalse();

    // Reading the decision again does not bring back what was taken back.
    assertThat(revoke(approver, rules().get(0).path("grantId").asText())).isEqualTo("revoked");
    approver.call("approval.get", "{\"id\":\"" + id(question) + "\"}");
    asker.call("exec.approval.waitDecision", "{\"id\":\"" + id(question) + "\"}");
    assertThat(rules()).isEmpty();
    assertThat(isAsked(askerOnB, question(STATUS))).isTrue();
  }

  @Test
  void whoAsksAgainAfterTheCrashIsAnsweredWithTheRuleStored() {
    ObjectNode question = question(PUSH);
    TestClient first = TestClient.connect(a, "asker", 4, APPROVALS);
    send(first, question);
    approver.event(REQUESTED, id(question));
    first.close();
    diedAfterDeciding(question);
    String again = send(askerOnB, question);
    assertThat(decision(askerOnB.answer(again))).isEqualTo("allow-always");
    assertThat(rules()).hasSize(1);
    assertThat(claim(a, "asker", question)).isEqualTo("allow-once");
  }

  /** Runs the deciding script and nothing after it, as a killed instance does. */
  private void diedAfterDeciding(ObjectNode question) {
    RedisLink silent = get(RedisLink.create(a.vertx(), redis).ready());
    RuleGrant grant = RuleGrant.by(TestInstance.callerOf("gone"), UUID.randomUUID().toString(), 7);
    int bucket = Math.floorMod(id(question).hashCode(), ApprovalStore.BUCKETS);
    String record = redis.key("appr:" + bucket, "rec:" + id(question));
    String due = redis.key("appr:" + bucket, "due");
    get(
        silent.run(
            LuaScript.load("lua/control/approvals/resolve.lua"),
            List.of(record, due),
            List.of(
                id(question),
                "allow-always",
                "gone",
                "gone",
                "60000",
                "user",
                "{}",
                grant.text(),
                "",
                "0",
                "",
                "",
                "",
                "0")));
  }

  @Test
  void theAgentsOfTheGatewayAndClientsDoNotShareRules() {
    assertThat(RuleTerms.asker(agent("run:1"))).isEqualTo(RuleTerms.asker(agent("run:2")));
    assertThat(RuleTerms.asker(agent(UUID.randomUUID().toString()))).isEmpty();
  }

  private static Caller agent(String connId) {
    return Caller.inside(connId, "gateway-agent", Set.of("operator.admin"), 1);
  }
}
