package dev.krabkrab.gateway.control.nodes;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cases of Protocol 02 §16, under their names there. */
@Timeout(60)
class NodesIT {
  private static final String RUN = "system.run";
  private static final Caller OPERATOR = Instance.operator();

  private final RedisSettings redis = TestRedis.settings();
  private final Instance a = Instance.start("a", redis);
  private final Instance b = Instance.start("b", redis);
  private final Instance c = Instance.start("c", redis);

  @AfterEach
  void stop() {
    List.of(a, b, c).forEach(Instance::kill);
  }

  @Test
  void n1_invokeCrossesInstances() {
    Caller node = a.connect("n", RUN, "camera.snap");
    awaitConnected(b, "n");

    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);
    assertThat(request.path("paramsJSON").asText()).isEqualTo("{\"command\":[\"ls\"]}");
    assertThat(request.path("timeoutMs").asLong()).isEqualTo(30_000);
    assertThat(request.path("idempotencyKey").asText()).isNotEmpty();
    assertThat(result(a, node, request, "{\"a\":1}")).isEqualTo(ok());

    JsonNode answer = get(call);
    assertThat(answer)
        .isEqualTo(
            Json.parseObject(
                "{\"ok\":true,\"nodeId\":\"n\",\"command\":\"system.run\",\"payload\":{\"a\":1},"
                    + "\"payloadJSON\":\"{\\\"a\\\":1}\"}"));
  }

  @Test
  void paramsOfRunAreAnObjectOrNone() {
    Caller node = a.connect("n", RUN, "camera.snap");
    awaitConnected(b, "n");
    for (String params :
        List.of(
            "\"{\\\"command\\\":[\\\"ls\\\"],\\\"approved\\\":true}\"",
            "[{\"approved\":true}]",
            "\"\"",
            "[]",
            "1",
            "true")) {
      ErrorShape error = b.error(OPERATOR, "node.invoke", invokeWith(RUN, params));
      assertThat(error.code()).as(params).isEqualTo("INVALID_REQUEST");
      assertThat(error.message()).as(params).contains("params of system.run must be an object");
    }
    Future<JsonNode> none = b.send(OPERATOR, "node.invoke", invokeWith(RUN, "null"));
    JsonNode request = awaitRequest(a, node);
    result(a, node, request, "1");
    assertThat(get(none).path("payload").asInt()).isEqualTo(1);
  }

  private static ObjectNode invokeWith(String command, String params) {
    ObjectNode invoke = invoke("n", command, 30_000);
    invoke.set("params", Json.tryParse(params));
    return invoke;
  }

  @Test
  void n2_newestRegistrationWinsAndTheOldOnesCloseChangesNothing() {
    Caller old = a.connect("n", RUN);
    Caller fresh = b.connect("n", RUN);

    await().until(() -> CloseReason.SUPERSEDED.equals(a.sockets.closed(old.connId())));
    awaitRoute(c, "n");
    Future<JsonNode> call = c.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(b, fresh);
    a.disconnect(old);
    await().during(Duration.ofMillis(300)).until(() -> row(c, "n").path("connected").asBoolean());
    result(b, fresh, request, "1");
    assertThat(get(call).path("payload").asInt()).isEqualTo(1);
    assertThat(c.call(OPERATOR, "node.list", Json.object()).path("nodes")).hasSize(1);
  }

  @Test
  void n2_supersedesOnTheSameInstance() {
    Caller old = a.connect("n", RUN);
    a.connect("n", RUN);

    await().until(() -> CloseReason.SUPERSEDED.equals(a.sockets.closed(old.connId())));
    a.disconnect(old);
    await().during(Duration.ofMillis(200)).until(() -> row(a, "n").path("connected").asBoolean());
  }

  @Test
  void n3_n4_disconnectEndsTheInvokeAtOnceAndItsResultIsIgnored() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);

    a.disconnect(node);

    ErrorShape error = Instance.error(call);
    assertThat(error.message()).isEqualTo("Error: node disconnected (system.run)");
    assertThat(error.details()).isNull();
    Caller again = b.connect("n", RUN);
    assertThat(result(b, again, request, "1")).isEqualTo(ignored());
  }

  @Test
  void n5_resultOverANewConnectionReachesTheCaller() {
    Caller old = a.connect("n", RUN);
    awaitConnected(b, "n");
    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, old);

    Caller fresh = c.connect("n", RUN);
    assertThat(result(c, fresh, request, "7")).isEqualTo(ok());

    assertThat(get(call).path("payload").asInt()).isEqualTo(7);
    assertThat(result(c, fresh, request, "8")).isEqualTo(ignored());
  }

  @Test
  void n6_n10_deathOfTheOwnerEndsTheInvokeAndTheRegistration() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 60_000));
    awaitRequest(a, node);

    a.kill();

    assertThat(Instance.error(call).message()).isEqualTo("Error: node disconnected (system.run)");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(row(b, "n").isMissingNode()).isTrue());
  }

  @Test
  void n7_resultForADeadOriginIsIgnored() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    b.send(OPERATOR, "node.invoke", invoke("n", RUN, 60_000));
    JsonNode request = awaitRequest(a, node);

    b.kill();

    assertThat(result(a, node, request, "1")).isEqualTo(ignored());
  }

  @Test
  void n9_aRegistrationWithoutASocketIsRemoved() {
    get(a.pretend(Instance.node("n", "linux")));
    awaitConnected(b, "n");

    ErrorShape error = b.error(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));

    assertThat(error.message()).isEqualTo("node not connected");
    assertThat(error.details()).isEqualTo(Json.object().put("code", "NOT_CONNECTED"));
    await().untilAsserted(() -> assertThat(row(c, "n").isMissingNode()).isTrue());
  }

  @Test
  void n11_aClonedKeyIsSlowedDown() {
    List<Future<Void>> greetings = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 7; i++) {
      Instance edge = i % 2 == 0 ? a : b;
      greetings.add(edge.connecting(Instance.node("n", "linux"), RUN));
      if (i < 6) {
        get(greetings.getLast());
      }
    }

    assertThat(greetings.getLast().isComplete()).isFalse();
    get(greetings.getLast());
  }

  @Test
  void n12_denialTakesEffectAtOnce() {
    a.connect("n", RUN);
    awaitConnected(b, "n");
    b.settings =
        new NodePolicySettings(
            List.of(), List.of(RUN), NodePolicySettings.Unknown.NOTHING_THAT_RUNS, true, List.of());

    ErrorShape error = b.error(OPERATOR, "node.invoke", invoke("n", RUN, 1_000));

    assertThat(error.code()).isEqualTo(ErrorShape.INVALID_REQUEST);
    assertThat(error.message()).isEqualTo("node command not allowed");
    assertThat(error.details())
        .isEqualTo(Json.object().put("reason", "command not allowlisted").put("command", RUN));
  }

  @Test
  void n14_aNodeThatDoesNotReadIsNotWrittenTo() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    a.sockets.fill(node.connId());

    for (Instance edge : List.of(a, b)) {
      ErrorShape error = edge.error(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
      assertThat(error.message()).isEqualTo("failed to send invoke to node");
      assertThat(error.details().path("nodeError").path("code").asText()).isEqualTo("UNAVAILABLE");
    }
  }

  @Test
  void n15_n16_subscriptionsEndWithTheirConnection() {
    open("main", "agent:main:main");
    Caller old = a.connect("n", RUN);
    event(a, old, "chat.subscribe", "{\"sessionKey\":\" main \"}");
    a.nodes.publishToFollowers(EventType.CHAT, "agent:main:main", chat("agent:main:main"));
    a.nodes.publishToFollowers(EventType.CHAT, "main", chat("main"));
    await().until(() -> !a.sockets.written(old.connId()).isEmpty());
    assertThat(a.sockets.written(old.connId()))
        .extracting(event -> event.path("sessionKey").asText())
        .containsExactly("main");

    Caller fresh = b.connect("n", RUN);
    a.disconnect(old);
    await().until(() -> get(a.nodes.usage()).mostSubscriptionsOfNode() == 0);
    event(b, fresh, "chat.subscribe", "{\"sessionKey\":\"main\"}");
    event(b, fresh, "chat.unsubscribe", "{\"sessionKey\":\"main\"}");
    await().until(() -> get(b.nodes.usage()).mostSubscriptionsOfNode() == 0);
  }

  private void open(String... sessions) {
    for (Instance edge : List.of(a, b)) {
      edge.settings =
          new NodePolicySettings(
              List.of(),
              List.of(),
              NodePolicySettings.Unknown.NOTHING_THAT_RUNS,
              true,
              List.of(sessions));
    }
  }

  private void follow(Caller node, String key) {
    event(b, node, "chat.subscribe", Json.text(Json.object().put("sessionKey", key)));
  }

  private List<String> notified(Caller node, String... keys) {
    for (String key : keys) {
      b.nodes.publishToFollowers(EventType.CHAT, key, chat(key));
    }
    follow(node, "node-n"); // What was handed over before is written by now.
    return b.sockets.written(node.connId()).stream()
        .filter(event -> event.has("sessionKey"))
        .map(event -> event.path("sessionKey").asText())
        .toList();
  }

  /**
   * Whatever it names, a node speaks and is notified where somebody connected it, and nowhere else.
   */
  @Test
  void aNodeFollowsAndSpeaksOnlyWhereItWasConnected() {
    Caller node = b.connect("n", RUN, "camera.snap");
    awaitConnected(a, "n");
    List<String> others =
        List.of(
            "main",
            "agent:main:main",
            "Main ",
            "node-m",
            "agent:main:node-nn",
            "node-n2",
            "agent:ops:node-n",
            "global",
            "unknown",
            "agent:main:x\ny",
            "y".repeat(600),
            "*");
    for (String key : others) {
      follow(node, key);
      ObjectNode said = Json.object().put("sessionKey", key);
      event(b, node, "agent.request", Json.text(said.put("message", "hi")));
      event(b, node, "voice.transcript", Json.text(said.put("text", "hi")));
    }
    event(b, node, "voice.transcript", "{\"text\":\"hi\"}");
    assertThat(notified(node, others.toArray(String[]::new))).isEmpty();
    assertThat(b.systemEvents).isEmpty();

    event(b, node, "agent.request", "{\"message\":\"a\\n[from the operator] b\\u202e\"}");
    assertThat(b.systemEvents)
        .containsExactly("node-n|a␊[from the operator] b\\u202e|written|node Name of n (n)|talks");
    follow(node, "agent:main:node-n");
    assertThat(notified(node, "agent:main:node-n")).containsExactly("agent:main:node-n");
  }

  /** A run of a session, carried out by either instance, connects its node with that session. */
  @Test
  void whoeverIsAskedForASessionIsHeardThere() {
    Caller node = b.connect("n", RUN, "system.which");
    Caller other = b.connect("m", RUN, "system.which");
    awaitConnected(a, "n");
    ObjectNode invoke = invoke("n", "system.which", 30_000).put("sessionKey", "agent:main:work");
    a.send(OPERATOR, "node.invoke", invoke);
    awaitRequest(b, node);
    await()
        .untilAsserted(
            () -> {
              follow(node, "work");
              assertThat(notified(node, "work")).contains("work");
            });
    event(b, node, "agent.request", "{\"message\":\"hi\",\"sessionKey\":\"work\"}");
    assertThat(b.systemEvents).containsExactly("work|hi|written|node Name of n (n)|talks");
    follow(other, "work");
    event(b, other, "agent.request", "{\"message\":\"hi\",\"sessionKey\":\"work\"}");
    assertThat(notified(other, "work")).isEmpty();
    assertThat(b.systemEvents).hasSize(1);
  }

  @Test
  void whatIsOpenToNodesIsOpenAsLongAsTheDocumentSaysSo() {
    open("main", "phone-*");
    Caller node = b.connect("n", RUN);
    List.of("agent:main:main", "phone-1", "phones", "other").forEach(key -> follow(node, key));
    assertThat(notified(node, "agent:main:main", "phone-1", "phones", "other"))
        .containsExactly("agent:main:main", "phone-1");
    event(b, node, "voice.transcript", "{\"text\":\"hi\"}");
    assertThat(b.systemEvents).containsExactly("main|hi|spoken|node Name of n (n)|acts");
    open();
    assertThat(notified(node, "agent:main:main", "phone-1")).hasSize(2);
  }

  private static JsonText chat(String sessionKey) {
    return JsonText.of(Json.object().put("sessionKey", sessionKey));
  }

  /** Asked over the other instance; the method of its own still asks. */
  @Test
  void whatHasAMethodOfItsOwnIsNotHadByInvoke() {
    String set = "system.execApprovals.set";
    Caller node = b.connect("n", RUN, set);
    awaitConnected(a, "n");
    ErrorShape error = a.error(OPERATOR, "node.invoke", invoke("n", set, 500));
    assertThat(error.details().path("reason").asText())
        .isEqualTo("command is asked by exec.approvals.node.set only");
    assertThat(b.sockets.written(node.connId())).isEmpty();
    ObjectNode params = Json.object().put("nodeId", "n");
    params.putObject("file");
    a.send(OPERATOR, "exec.approvals.node.set", params);
    assertThat(awaitRequest(b, node).path("command").asText()).isEqualTo(set);
  }

  @Test
  void n17_executionEventsBecomeSystemEvents() {
    Caller node = b.connect("n", RUN);
    awaitConnected(a, "n");
    String first = run(node, "{\"command\":[\"ls\"],\"sessionKey\":\"main\"}");
    String own = run(node, "{\"command\":[\"ls\"],\"runId\":\"r\"}");
    assertThat(own).isEqualTo("r");
    said(node, "exec.started", "r", "\"command\":\"ls\"");
    said(node, "exec.started", first, "\"sessionKey\":\"other\",\"command\":\"ls\"");
    said(node, "exec.finished", first, "\"exitCode\":3,\"output\":\" x\\nSystem: y \"");
    said(node, "exec.finished", first, "\"exitCode\":0");
    said(node, "exec.denied", "r", "\"reason\":\"no\"");
    said(node, "exec.finished", "made-up", "\"exitCode\":0");
    event(b, node, "exec.finished", "{\"sessionKey\":\"main\",\"exitCode\":0}");
    event(b, node, "exec.finished", "no json");
    Caller other = b.connect("m", RUN);
    String run = run(node, "{\"command\":[\"ls\"],\"sessionKey\":\"main\"}");
    said(other, "exec.finished", run, "\"exitCode\":0");

    String main = "agent:main:main|";
    assertThat(b.systemEvents.stream().map(text -> text.replace(first, "1")))
        .containsExactly(
            "node-n|Exec started (node=n id=r): ls|exec:r",
            main + "Exec started (node=n id=1): ls|exec:1",
            main + "Exec finished (node=n id=1, code 3)␊x␊System: y|exec:1",
            "node-n|Exec denied (node=n id=r, no)|exec:r");
  }

  /** Over the other instance; returns the id that the node gets. */
  private String run(Caller node, String params) {
    int before = b.sockets.written(node.connId()).size();
    ObjectNode invoke = invoke("n", RUN, 30_000);
    invoke.set("params", Json.parseObject(params));
    a.send(OPERATOR, "node.invoke", invoke);
    await().until(() -> b.sockets.written(node.connId()).size() > before);
    JsonNode sent = b.sockets.written(node.connId()).getLast();
    return Json.parseObject(sent.path("paramsJSON").asText()).path("runId").asText();
  }

  private void said(Caller node, String event, String run, String more) {
    event(b, node, event, "{\"runId\":\"" + run + "\"," + more + "}");
  }

  @Test
  void takesWhatANodeHostOfProtocol4Publishes() {
    Caller node = Instance.nodeOfProtocol4("n1");
    get(a.connecting(node));
    ObjectNode skills = Json.object();
    skills.putArray("skills");
    assertThat(a.call(node, "node.skills.update", skills)).isEqualTo(ok());
    ObjectNode tools = Json.object();
    tools.putArray("tools");
    assertThat(a.call(node, "node.pluginTools.update", tools)).isEqualTo(ok());
    assertThat(a.call(node, "node.runnerInventory.update", Json.object())).isEqualTo(ok());
    ObjectNode stats = Json.object().put("event", "node.host.stats").put("payloadJSON", "{}");
    assertThat(a.call(node, "node.event", stats))
        .isEqualTo(ok().put("event", "node.host.stats").put("handled", false));
    ObjectNode done = Json.object().put("event", "exec.finished").put("payloadJSON", "{}");
    assertThat(a.call(node, "node.event", done).path("handled").asBoolean()).isTrue();
  }

  @Test
  void n19_theSameInstanceAnswersByItself() {
    Caller node = a.connect("n", RUN);
    Future<JsonNode> call = a.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);
    assertThat(result(a, node, request, "{\"b\":2}")).isEqualTo(ok());
    assertThat(get(call).path("payload").path("b").asInt()).isEqualTo(2);
    assertThat(result(a, node, request, "{}")).isEqualTo(ignored());
  }

  /** Whatever became of the message that nobody waits any more. */
  @Test
  void n19_aResultAtTheEndOfTheWaitIsIgnoredWhenNobodyWaits() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    ObjectNode request =
        Json.object()
            .put("id", UUID.randomUUID().toString())
            .put("nodeId", "n")
            .put("command", RUN);

    b.order("a", request, node.connId(), 1_000);

    assertThat(result(a, node, awaitRequest(a, node), "1")).isEqualTo(ignored());
  }

  @Test
  void n20_anEnvelopeIsWrittenOnce() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);

    b.order("a", request, node.connId(), 60_000);

    await()
        .during(Duration.ofMillis(300))
        .until(() -> a.sockets.written(node.connId()).size() == 1);
    result(a, node, request, "1");
    assertThat(get(call).path("ok").asBoolean()).isTrue();
  }

  @Test
  void whatWasSentBeforeALapseIsNotCarriedOutAfterIt() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    long epoch = a.registered("n").epoch();
    a.lapse();
    await().until(() -> a.platform().membership().lapses() == 1);
    await().until(() -> a.registered("n") != null && a.registered("n").epoch() > epoch);
    JsonNode early = Json.object().put("id", UUID.randomUUID().toString()).put("nodeId", "n");
    b.order("a", early, node.connId(), 60_000);

    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);
    assertThat(request.path("id")).isNotEqualTo(early.path("id"));
    result(a, node, request, "1");
    assertThat(get(call).path("ok").asBoolean()).isTrue();
    assertThat(a.sockets.written(node.connId())).hasSize(1);
  }

  @Test
  void n21_drainWaitsForWhatIsOwed() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    Future<JsonNode> call = b.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);

    Future<Void> drained = a.nodes.leave(node, 30_000);
    await().untilAsserted(() -> assertThat(row(b, "n").isMissingNode()).isTrue());
    ErrorShape refused = b.error(OPERATOR, "node.invoke", invoke("n", RUN, 1_000));
    assertThat(refused.message()).isEqualTo("node not connected");
    assertThat(refused.retryable()).isTrue();
    assertThat(drained.isComplete()).isFalse();
    result(a, node, request, "1");
    get(drained);
    assertThat(get(call).path("ok").asBoolean()).isTrue();
  }

  @Test
  void n22_listMergesPairedAndConnected() {
    PairedNode gone = new PairedNode("gone", "Zed", "ios", "10.0.0.1");
    PairedNode here = new PairedNode("here", "stored", "linux", null);
    b.paired = List.of(gone, here);
    a.connect("here", RUN, "camera.snap", "system.which");
    a.connect("alone", RUN);
    awaitConnected(b, "here");
    awaitConnected(b, "alone");

    JsonNode rows = b.call(OPERATOR, "node.list", Json.object()).path("nodes");
    assertThat(rows.findValuesAsText("nodeId")).containsExactly("alone", "here", "gone");
    assertThat(rows.get(1).path("displayName").asText()).isEqualTo("Name of here");
    assertThat(rows.get(1).path("paired").asBoolean()).isTrue();
    assertThat(rows.get(1).path("commands")).isEqualTo(Json.texts(List.of(RUN, "system.which")));
    assertThat(rows.get(1).path("caps")).isEqualTo(Json.texts(List.of("browser", "system")));
    assertThat(rows.get(2))
        .isEqualTo(
            Json.parseObject(
                "{\"nodeId\":\"gone\",\"displayName\":\"Zed\",\"platform\":\"ios\","
                    + "\"remoteIp\":\"10.0.0.1\",\"caps\":[],\"commands\":[],\"paired\":true,"
                    + "\"connected\":false}"));
    assertThat(b.error(OPERATOR, "node.describe", Json.object().put("nodeId", "x")).message())
        .isEqualTo("unknown nodeId");
    assertThat(
            b.call(OPERATOR, "node.describe", Json.object().put("nodeId", " here "))
                .path("connected")
                .asBoolean())
        .isTrue();
  }

  /** N1, before the news of the node have gone round. */
  @Test
  void aNodeIsFoundAnywhereAsSoonAsItIsGreeted() {
    for (int round = 0; round < 50; round++) {
      String nodeId = "n" + round;
      Caller node = b.connect(nodeId, RUN);
      List<Future<JsonNode>> calls =
          List.of(
              a.send(OPERATOR, "node.invoke", invoke(nodeId, RUN, 30_000)),
              c.send(OPERATOR, "exec.approvals.node.get", Json.object().put("nodeId", nodeId)));
      JsonNode described = a.call(OPERATOR, "node.describe", Json.object().put("nodeId", nodeId));
      assertThat(described.path("connected").asBoolean()).isTrue();
      await().until(() -> b.sockets.written(node.connId()).size() == 2);
      for (JsonNode request : b.sockets.written(node.connId())) {
        result(b, node, request, "{\"round\":" + round + "}");
      }
      assertThat(get(calls.get(0)).path("payload").path("round").asInt()).isEqualTo(round);
      assertThat(get(calls.get(1)).path("round").asInt()).isEqualTo(round);
    }
  }

  @Test
  void timesOutAndIgnoresTheLateResult() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    for (Instance edge : List.of(a, b)) {
      for (long timeout : List.of(0L, 200L)) {
        ErrorShape error = edge.error(OPERATOR, "node.invoke", invoke("n", RUN, timeout));
        assertThat(error.message()).isEqualTo("node invoke timed out");
        assertThat(error.details().path("nodeError").path("code").asText()).isEqualTo("TIMEOUT");
      }
    }
    await().until(() -> a.sockets.written(node.connId()).size() == 4);
    for (JsonNode request : a.sockets.written(node.connId())) {
      assertThat(result(a, node, request, "1")).isEqualTo(ignored());
    }
  }

  @Test
  void passesTheNodesRefusalOn() {
    Caller node = a.connect("n", RUN);
    Future<JsonNode> call = a.send(OPERATOR, "node.invoke", invoke("n", RUN, 30_000));
    JsonNode request = awaitRequest(a, node);
    ObjectNode refusal = Json.object().put("code", "DENIED").put("message", "not today");
    ObjectNode result = Json.object().put("nodeId", "n").put("ok", false);
    result.put("id", request.path("id").asText()).set("error", refusal);
    a.call(node, "node.invoke.result", result);

    ErrorShape error = Instance.error(call);
    assertThat(error.message()).isEqualTo("not today");
    assertThat(error.details().path("nodeError")).isEqualTo(refusal);
    ErrorShape mismatch =
        a.error(node, "node.invoke.result", result.deepCopy().put("nodeId", "other"));
    assertThat(mismatch.message()).isEqualTo("nodeId mismatch");
  }

  @Test
  void asksForApprovalsPastThePolicy() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    ObjectNode params = Json.object().put("nodeId", "n");
    Future<JsonNode> call = b.send(OPERATOR, "exec.approvals.node.get", params);
    JsonNode request = awaitRequest(a, node);
    assertThat(request.path("command").asText()).isEqualTo("system.execApprovals.get");
    assertThat(request.path("paramsJSON").asText()).isEqualTo("{}");
    assertThat(request.has("timeoutMs")).isFalse();
    result(a, node, request, "{\"hash\":\"h\"}");

    assertThat(get(call)).isEqualTo(Json.object().put("hash", "h"));
    ErrorShape offline =
        b.error(OPERATOR, "exec.approvals.node.get", Json.object().put("nodeId", "x"));
    assertThat(offline.details().path("nodeError").path("code").asText())
        .isEqualTo("NOT_CONNECTED");
  }

  @Test
  void claimsOfApprovalNeedOne() {
    Caller node = a.connect("n", RUN);
    ObjectNode claim = invoke("n", RUN, 200);
    ((ObjectNode) claim.get("params"))
        .put("approved", true)
        .put("approvalDecision", "allow-always")
        .put("runId", "r")
        .put("surprise", 1);

    assertThat(a.error(OPERATOR, "node.invoke", claim).message())
        .isEqualTo("unknown or expired approval id");
    assertThat(a.sockets.written(node.connId())).isEmpty();

    a.approvals =
        (runId, caller, id, params) ->
            Future.succeededFuture(
                new RunApprovals.Verdict.Granted(
                    "allow-once", Json.parseObject("{\"command\":[\"ls\"]}")));
    a.error(OPERATOR, "node.invoke", claim);
    assertThat(paramsOf(a.sockets.written(node.connId()).get(0)))
        .isEqualTo(
            Json.parseObject(
                "{\"command\":[\"ls\"],\"runId\":\"r\",\"approved\":true,"
                    + "\"approvalDecision\":\"allow-once\"}"));

    ObjectNode denied = invoke("n", RUN, 200);
    ((ObjectNode) denied.get("params")).put("approved", false).put("approvalDecision", "deny");
    a.error(OPERATOR, "node.invoke", denied);
    assertThat(paramsOf(a.sockets.written(node.connId()).get(1)))
        .isEqualTo(Json.parseObject("{\"command\":[\"ls\"]}"));
  }

  @Test
  void oneKeyIsOneInvoke() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    awaitConnected(c, "n");
    ObjectNode params = invoke("n", RUN, 30_000);
    Future<JsonNode> first = b.send(OPERATOR, "node.invoke", params);
    JsonNode request = awaitRequest(a, node);
    Future<JsonNode> joined = c.send(OPERATOR, "node.invoke", params.deepCopy());
    ErrorShape other = c.error(OPERATOR, "node.invoke", params.deepCopy().put("timeoutMs", 1));
    assertThat(other.message()).isEqualTo("idempotency key reused with different params");
    result(a, node, request, "5");

    assertThat(get(first)).isEqualTo(get(joined));
    assertThat(a.call(OPERATOR, "node.invoke", params.deepCopy())).isEqualTo(get(first));
    assertThat(a.sockets.written(node.connId())).hasSize(1);

    ObjectNode offline = invoke("later", RUN, 30_000);
    assertThat(b.error(OPERATOR, "node.invoke", offline).message()).isEqualTo("node not connected");
    Caller later = b.connect("later", RUN);
    b.send(OPERATOR, "node.invoke", offline.deepCopy());
    awaitRequest(b, later);
  }

  @Test
  void aCallOfADeadInstanceIsNotRunAgain() {
    Caller node = a.connect("n", RUN);
    awaitConnected(b, "n");
    ObjectNode params = invoke("n", RUN, 60_000);
    b.send(OPERATOR, "node.invoke", params);
    awaitRequest(a, node);
    Future<JsonNode> joined = c.send(OPERATOR, "node.invoke", params.deepCopy());

    b.kill();

    await().atMost(Duration.ofSeconds(20)).until(joined::isComplete);
    assertThat(Instance.error(joined).message()).contains("outcome is unknown");
    assertThat(a.sockets.written(node.connId())).hasSize(1);
  }

  private static ObjectNode invoke(String nodeId, String command, long timeoutMs) {
    ObjectNode params =
        Json.object()
            .put("nodeId", nodeId)
            .put("command", command)
            .put("timeoutMs", timeoutMs)
            .put("idempotencyKey", UUID.randomUUID().toString());
    params.putObject("params").set("command", Json.texts(List.of("ls")));
    return params;
  }

  private static JsonNode paramsOf(JsonNode request) {
    return Json.parseObject(request.path("paramsJSON").asText());
  }

  private static JsonNode result(Instance edge, Caller node, JsonNode request, String payload) {
    ObjectNode params =
        Json.object()
            .put("id", request.path("id").asText())
            .put("nodeId", node.nodeId())
            .put("ok", true)
            .put("payloadJSON", payload);
    return edge.call(node, "node.invoke.result", params);
  }

  private static void event(Instance edge, Caller node, String event, String payload) {
    ObjectNode params = Json.object().put("event", event).put("payloadJSON", payload);
    assertThat(edge.call(node, "node.event", params)).isEqualTo(ok());
  }

  private static ObjectNode ok() {
    return Json.object().put("ok", true);
  }

  private static ObjectNode ignored() {
    return ok().put("ignored", true);
  }

  private static JsonNode awaitRequest(Instance edge, Caller node) {
    await().until(() -> !edge.sockets.written(node.connId()).isEmpty());
    return edge.sockets.written(node.connId()).getLast();
  }

  private static JsonNode row(Instance at, String nodeId) {
    for (JsonNode row : at.call(OPERATOR, "node.list", Json.object()).path("nodes")) {
      if (row.path("nodeId").asText().equals(nodeId)) {
        return row;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  private static void awaitConnected(Instance at, String nodeId) {
    await().until(() -> row(at, nodeId).path("connected").asBoolean());
  }

  private static void awaitRoute(Instance at, String nodeId) {
    await()
        .during(Duration.ofMillis(100))
        .until(() -> row(at, nodeId).path("connected").asBoolean());
  }
}
