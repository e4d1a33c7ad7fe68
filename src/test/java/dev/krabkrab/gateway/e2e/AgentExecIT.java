package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.channel.WebhookReceiver;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the gateway is for: an agent on one instance wants to run a command, a human on another one
 * agrees, the node runs it. Protocol 02 §2.4, §4.
 */
@Timeout(120)
class AgentExecIT extends TwoInstances {
  private static final String COMMAND = "{\"command\":\"echo hi\"}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ModelServer models = closing(new ModelServer());
  private final WebhookReceiver receiver = closing(new WebhookReceiver());
  private Peer node;
  private final DeviceKeys nodeKeys = DeviceKeys.fresh();

  @Override
  String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "'},nodes:{sessions:['spoken']}},channels:{webhook:{url:'"
        + receiver.url()
        + "',secret:'"
        + WebhookReceiver.SECRET
        + "',allowFrom:['ann','cem','dee']}},"
        + models.document("tool-exec", 1)
        + "}";
  }

  @BeforeAll
  void start() {
    node = linuxNode(nodeKeys, "system.run");
  }

  @AfterAll
  void stop() {
    node.close();
    http.close();
  }

  private Peer linuxNode(DeviceKeys keys, String... commands) {
    Connect connect = Connect.node(3).device(keys).token(Cluster.TOKEN);
    return Peer.connected(
        cluster.port(1), connect.about("platform", "linux").with("commands", commands));
  }

  private String send() {
    return send(COMMAND);
  }

  private String send(String command) {
    return send(a, command);
  }

  private String send(Peer by, String command) {
    String id = UUID.randomUUID().toString();
    ObjectNode params =
        Json.object()
            .put("sessionKey", "agent:main:" + id)
            .put("message", command)
            .put("idempotencyKey", id);
    assertThat(by.ok("chat.send", Json.text(params)).path("status").asText()).isEqualTo("started");
    return id;
  }

  private JsonNode asked(String runId) {
    return b.event(
        "exec.approval.requested",
        event -> event.at("/request/sessionKey").asText().equals("agent:main:" + runId));
  }

  private JsonNode decide(String runId, String decision) {
    return decide(runId, Json.object().put("decision", decision));
  }

  private JsonNode decide(String runId, ObjectNode decision) {
    JsonNode asked = asked(runId);
    assertThat(asked.at("/request/command").asText()).isEqualTo("echo hi");
    b.ok("exec.approval.resolve", Json.text(decision.put("id", asked.path("id").asText())));
    return asked;
  }

  private void allow(JsonNode asked, String decision) {
    b.ok(
        "exec.approval.resolve",
        "{\"id\":\"" + asked.path("id").asText() + "\",\"decision\":\"" + decision + "\"}");
  }

  private String answer(String runId) {
    return b.finalText(runId);
  }

  private JsonNode invoked() {
    JsonNode request = node.event("node.invoke.request");
    node.frames().removeIf(frame -> frame.path("event").asText().equals("node.invoke.request"));
    return request;
  }

  private void ran(JsonNode request, String output) {
    answer(node, request, nodeKeys.id(), Json.object().put("exitCode", 0).put("stdout", output));
  }

  private static void answer(Peer from, JsonNode request, String nodeId, JsonNode payload) {
    ObjectNode result = NodeDouble.result(request, nodeId, Json.text(payload));
    from.ok("node.invoke.result", Json.text(result));
  }

  @Test
  void aCommandRunsWhenAHumanAgrees() {
    String id = send();
    JsonNode asked = decide(id, "allow-once");
    JsonNode request = invoked();
    JsonNode params = Json.parseObject(request.path("paramsJSON").asText());
    assertThat(params.path("rawCommand").asText()).isEqualTo("echo hi");
    assertThat(params.path("approved").asBoolean()).isTrue();
    assertThat(params.path("runId")).isEqualTo(asked.path("id"));
    JsonNode shown = asked.path("request");
    assertThat(shown.path("nodeId").asText()).isEqualTo(nodeKeys.id());
    assertThat(shown.path("nodeName").asText()).isNotBlank();
    assertThat(shown.path("commandArgv")).isEqualTo(params.path("command"));
    assertThat(params.path("command")).isEqualTo(Json.texts(List.of("/bin/sh", "-lc", "echo hi")));
    ran(request, "hi");
    assertThat(answer(id)).isEqualTo("it said: hi");
  }

  @Test
  void aNodeThatPlansCommandsIsAskedForThePlanThatPeopleSee() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer planner = linuxNode(keys, "system.run", "system.run.prepare")) {
      String id = send("{\"command\":\"echo hi\",\"node\":\"" + keys.id() + "\"}");
      JsonNode prepare = planner.event("node.invoke.request");
      assertThat(prepare.path("command").asText()).isEqualTo("system.run.prepare");
      ObjectNode plan = Json.object().put("commandText", "/bin/sh -lc \"echo hi\"");
      plan.set("argv", Json.parseObject(prepare.path("paramsJSON").asText()).get("command"));
      plan.put("cwd", "/srv").putNull("agentId");
      plan.putObject("mutableFileOperand").put("argvIndex", 2).put("path", "/x").put("sha256", "a");
      answer(planner, prepare, keys.id(), Json.object().set("plan", plan));

      JsonNode asked = asked(id);
      assertThat(asked.at("/request/command").asText()).isEqualTo("/bin/sh -lc \"echo hi\"");
      assertThat(asked.at("/request/cwd").asText()).isEqualTo("/srv");
      assertThat(asked.at("/request/nodeId").asText()).isEqualTo(keys.id());
      allow(asked, "allow-once");
      JsonNode run =
          planner.event(
              "node.invoke.request", event -> event.path("command").asText().equals("system.run"));
      JsonNode params = Json.parseObject(run.path("paramsJSON").asText());
      assertThat(params.path("systemRunPlan")).isEqualTo(plan);
      assertThat(params.path("cwd").asText()).isEqualTo("/srv");
      answer(planner, run, keys.id(), Json.object().put("exitCode", 0).put("stdout", "planned"));
      assertThat(answer(id)).isEqualTo("it said: planned");
    }
    awaitGone(keys);
  }

  private void awaitGone(DeviceKeys keys) {
    await()
        .until(
            () -> {
              for (JsonNode row : a.ok("node.list", "{}").path("nodes")) {
                if (row.path("nodeId").asText().equals(keys.id())) {
                  return !row.path("connected").asBoolean();
                }
              }
              return true;
            });
  }

  @Test
  void whyItWasDeniedIsToldToTheAgent() {
    String id = send();
    decide(id, Json.object().put("decision", "deny").put("reason", "not\u202E on\nFridays"));
    assertThat(answer(id))
        .isEqualTo("it said: The command was not run: denied by cli: not\\u202e on␊Fridays.");
  }

  @Test
  void aCommandThatIsDeniedDoesNotRun() {
    String id = send();
    decide(id, "deny");
    assertThat(answer(id)).isEqualTo("it said: The command was not run: a human denied it.");
    assertThat(node.frames())
        .noneMatch(frame -> frame.path("event").asText().equals("node.invoke.request"));
  }

  @Test
  void aRunThatIsEndedWhileAHumanThinksRunsNothing() {
    String id = send();
    JsonNode question =
        b.event(
            "exec.approval.requested",
            event -> event.at("/request/sessionKey").asText().equals("agent:main:" + id));
    b.ok("chat.abort", "{\"sessionKey\":\"agent:main:" + id + "\"}");
    JsonNode ended =
        a.event(
            "exec.approval.resolved",
            event -> event.path("id").asText().equals(question.path("id").asText()));
    assertThat(ended.path("decision").asText()).isEqualTo("deny");
    JsonNode list = a.ok("node.list", "{}");
    assertThat(list.path("nodes").size()).isPositive();
    assertThat(node.frames())
        .noneMatch(frame -> frame.path("event").asText().equals("node.invoke.request"));
  }

  @Test
  void othersAreAnsweredWhileAHumanThinks() {
    String id = send();
    b.event(
        "exec.approval.requested",
        event -> event.at("/request/sessionKey").asText().equals("agent:main:" + id));
    String other = UUID.randomUUID().toString();
    a.ok("sessions.patch", "{\"key\":\"agent:main:" + other + "\",\"model\":\"test/words-2-5\"}");
    ObjectNode params =
        Json.object()
            .put("sessionKey", "agent:main:" + other)
            .put("message", "hi")
            .put("idempotencyKey", other);
    a.ok("chat.send", Json.text(params));
    assertThat(answer(other)).isEqualTo("w0 w1");
    decide(id, "deny");
    assertThat(answer(id)).contains("a human denied it");
  }

  @Test
  void peopleInChannelsAreToldThatTheirAnswerWaitsForAnApproval() {
    write(0, "ann", COMMAND);
    JsonNode asked =
        b.event(
            "exec.approval.requested",
            event -> event.at("/request/sessionKey").asText().equals("agent:main:main"));
    write(1, "cem", "good morning");
    heard("ann", "This waits for an approval");
    heard("cem", "queued: this conversation waits for an approval");
    write(0, "dee", "hello");
    heard("dee", "queued: this conversation waits for an approval");
    write(0, "cem", "is anybody there?");
    write(1, "ann", "and me?");

    b.ok(
        "exec.approval.resolve",
        "{\"id\":\"" + asked.path("id").asText() + "\",\"decision\":\"deny\"}");
    heard("ann", "a human denied it");
    for (String who : List.of("ann", "cem", "dee")) {
      assertThat(receiver.messages(who).stream().map(one -> one.path("text").asText()))
          .filteredOn(text -> text.contains("waits for an approval"))
          .as(who)
          .hasSize(1);
    }
  }

  private void write(int instance, String from, String text) {
    String body =
        Json.text(
            Json.object()
                .put("id", UUID.randomUUID().toString())
                .put("from", from)
                .put("text", text));
    String signed =
        WebhookReceiver.sign(WebhookReceiver.SECRET, Instant.now().getEpochSecond(), body);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + cluster.port(instance) + "/channels/webhook/default"))
            .header(WebhookReceiver.HEADER, signed)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void heard(String chat, String text) {
    await()
        .atMost(Duration.ofSeconds(25))
        .untilAsserted(
            () ->
                assertThat(receiver.messages(chat).stream().map(one -> one.path("text").asText()))
                    .as(chat)
                    .anyMatch(said -> said.contains(text)));
  }

  @Test
  void whatANodeHearsIsAnsweredInTheMainConversation() {
    String text = "heard " + UUID.randomUUID();
    String payload = Json.text(Json.object().put("text", text).put("sessionKey", "spoken"));
    a.ok("sessions.patch", "{\"key\":\"spoken\",\"model\":\"krabkrab/echo\"}");
    node.ok(
        "node.event",
        Json.text(Json.object().put("event", "voice.transcript").put("payloadJSON", payload)));
    JsonNode end =
        b.event(
            "chat",
            event ->
                event.path("runId").asText().startsWith("voice-")
                    && event.path("state").asText().equals("final"));
    assertThat(end.at("/message/content/0/text").asText()).contains(text);
    assertThat(end.path("sessionKey").asText()).isEqualTo("agent:main:spoken");
  }

  @Test
  void whoHasAnAgentAskMayNotLetItRunWhereThatIsForbidden() {
    DeviceKeys keys = DeviceKeys.fresh();
    forbidOwn(true);
    try (Peer asker = Peer.connected(cluster.port(0), cluster.as(keys, 3));
        Peer sameDevice = Peer.connected(cluster.port(1), cluster.as(keys, 4))) {
      String id = send(asker, COMMAND);
      JsonNode asked = asked(id);
      for (Peer own : List.of(asker, sameDevice)) {
        JsonNode refused = own.call("exec.approval.resolve", decision(asked, "allow-once"));
        assertThat(refused.at("/error/details/reason").asText())
            .as("%s", refused)
            .isEqualTo("APPROVAL_SELF_DECISION");
      }
      allow(asked, "allow-once");
      ran(invoked(), "hi");
      assertThat(answer(id)).isEqualTo("it said: hi");

      String withdrawn = send(asker, COMMAND);
      sameDevice.ok("exec.approval.resolve", decision(asked(withdrawn), "deny"));
      assertThat(answer(withdrawn)).contains("a human denied it");
    } finally {
      forbidOwn(false);
    }
  }

  private void forbidOwn(boolean forbidden) {
    String hash = a.ok("config.get", "{}").path("hash").asText();
    ObjectNode patch = Json.object().put("baseHash", hash);
    patch.put("raw", "{approvals:{exec:{forbidSelfApproval:" + forbidden + "}}}");
    a.ok("config.patch", Json.text(patch));
    await()
        .until(
            () ->
                b.ok("config.get", "{}").at("/config/approvals/exec/forbidSelfApproval").asBoolean()
                    == forbidden);
  }

  /** Over two instances, with a node on the second; what is resolved by the node runs as well. */
  @Test
  void whatIsAllowedAlwaysIsNotAskedAgainUntilItIsTakenBack() {
    String status = "{\"command\":\"/usr/bin/git status\"}";
    String first = send(status);
    JsonNode asked = asked(first);
    assertThat(asked.at("/request/commandArgv").toString())
        .isEqualTo("[\"/usr/bin/git\",\"status\"]");
    JsonNode stored = b.ok("exec.approval.resolve", decision(asked, "allow-always"));
    assertThat(stored.path("ruleStored").asBoolean()).isTrue();
    ran(invoked(), "one");
    assertThat(answer(first)).isEqualTo("it said: one");

    String again = send(b, status);
    JsonNode request = invoked();
    JsonNode params = Json.parseObject(request.path("paramsJSON").asText());
    assertThat(params.path("command").toString()).isEqualTo("[\"/usr/bin/git\",\"status\"]");
    assertThat(params.path("approved").asBoolean()).isTrue();
    // What a node kept itself could not be taken back.
    assertThat(params.path("approvalDecision").asText()).isEqualTo("allow-once");
    ran(request, "two");
    assertThat(answer(again)).isEqualTo("it said: two");
    assertThat(b.frames())
        .noneMatch(
            frame ->
                frame.path("event").asText().equals("exec.approval.requested")
                    && frame.at("/payload/request/sessionKey").asText().endsWith(again));

    String push = send(b, "{\"command\":\"/usr/bin/git push\"}");
    allow(asked(push), "deny");
    assertThat(answer(push)).contains("a human denied it");
    // With a folder, and in a shell, it is another command.
    String there = send(b, "{\"command\":\"/usr/bin/git status\",\"cwd\":\"/srv\"}");
    allow(asked(there), "deny");
    String shell = send(b, "{\"command\":\"cd x && /usr/bin/git status\"}");
    JsonNode refused = b.call("exec.approval.resolve", decision(asked(shell), "allow-always"));
    assertThat(refused.at("/error/details/reason").asText())
        .isEqualTo("APPROVAL_ALLOW_ALWAYS_UNAVAILABLE");
    allow(asked(shell), "deny");

    String grant = Json.text(Json.object().put("grantId", stored.at("/rule/id").asText()));
    assertThat(a.ok("exec.approval.grants.revoke", grant).path("outcome").asText())
        .isEqualTo("revoked");
    String last = send(b, status);
    allow(asked(last), "deny");
    assertThat(answer(last)).contains("a human denied it");
    JsonNode trail = a.ok("audit.list", "{\"limit\":200}").path("entries");
    assertThat(trail.findValuesAsText("action"))
        .contains("approval.rule.used", "approval.rule.removed");
  }

  @Test
  void aBareNameIsResolvedOnItsNodeSoThatItCanBeAllowedAlways() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer finder = linuxNode(keys, "system.run", "system.which")) {
      String id = send("{\"command\":\"git status\",\"node\":\"" + keys.id() + "\"}");
      JsonNode which = finder.event("node.invoke.request");
      assertThat(which.path("command").asText()).isEqualTo("system.which");
      assertThat(which.path("paramsJSON").asText()).isEqualTo("{\"bins\":[\"git\"]}");
      ObjectNode found = Json.object();
      found.putObject("bins").put("git", "/opt/git/bin/git");
      answer(finder, which, keys.id(), found);

      JsonNode asked = asked(id);
      assertThat(asked.at("/request/command").asText()).isEqualTo("/opt/git/bin/git status");
      JsonNode preview =
          b.ok(
              "exec.approval.rulePreview",
              Json.text(Json.object().put("id", asked.path("id").asText())));
      assertThat(preview.path("storable").asBoolean()).as("%s", preview).isTrue();
      assertThat(preview.at("/rule/nodeId").asText()).isEqualTo(keys.id());
      allow(asked, "allow-once");
      JsonNode run =
          finder.event(
              "node.invoke.request", event -> event.path("command").asText().equals("system.run"));
      answer(finder, run, keys.id(), Json.object().put("exitCode", 0).put("stdout", "found"));
      assertThat(answer(id)).isEqualTo("it said: found");
    }
    awaitGone(keys);
  }

  private static String decision(JsonNode asked, String decision) {
    return Json.text(Json.object().put("id", asked.path("id").asText()).put("decision", decision));
  }

  @Test
  void thePolicyDecidesWhetherAnybodyIsAsked() {
    JsonNode policy = a.ok("exec.approvals.get", "{}");
    set(policy.path("hash").asText(), "{\"security\":\"deny\"}");
    assertThat(answer(send()))
        .isEqualTo("it said: The command was not run: the exec policy does not allow it.");

    set(hash(), "{\"security\":\"full\",\"ask\":\"off\"}");
    String id = send();
    JsonNode request = invoked();
    assertThat(Json.parseObject(request.path("paramsJSON").asText()).has("approved")).isFalse();
    ran(request, "free");
    assertThat(answer(id)).isEqualTo("it said: free");
    set(hash(), "{}");
  }

  private String hash() {
    return a.ok("exec.approvals.get", "{}").path("hash").asText();
  }

  private void set(String hash, String defaults) {
    a.ok(
        "exec.approvals.set",
        "{\"baseHash\":\"" + hash + "\",\"file\":{\"version\":1,\"defaults\":" + defaults + "}}");
  }
}
