package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.pairing.Buckets;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs on two instances: asked for on one, watched and ended on the other. Protocol 04 §4–13, §26.
 */
@Timeout(120)
class RunsIT extends TwoInstances {
  private final ModelServer models = closing(new ModelServer());

  @Override
  String config() {
    return "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}}," + models.document("words-5-10") + "}";
  }

  private static String fresh() {
    return "r-" + UUID.randomUUID();
  }

  private static ObjectNode chat(String session, String message, String id) {
    return Json.object()
        .put("sessionKey", session)
        .put("message", message)
        .put("idempotencyKey", id);
  }

  private String session(String model) {
    String key = "agent:main:" + fresh();
    a.ok("sessions.patch", Json.text(Json.object().put("key", key).put("model", "test/" + model)));
    return key;
  }

  private static JsonNode ok(Peer peer, String method, ObjectNode params) {
    return peer.ok(method, Json.text(params));
  }

  private static JsonNode last(Peer peer, String runId) {
    return peer.event(
        "chat",
        event ->
            event.path("runId").asText().equals(runId)
                && !event.path("state").asText().equals("delta"));
  }

  private static List<JsonNode> events(Peer peer, String name, String runId) {
    return peer.frames().stream()
        .filter(frame -> frame.path("event").asText().equals(name))
        .map(frame -> frame.path("payload"))
        .filter(event -> event.path("runId").asText().equals(runId))
        .toList();
  }

  private static String text(JsonNode message) {
    return message.path("content").path(0).path("text").asText();
  }

  private static List<JsonNode> history(Peer peer, String session) {
    JsonNode payload = ok(peer, "chat.history", Json.object().put("sessionKey", session));
    return StreamSupport.stream(payload.path("messages").spliterator(), false).toList();
  }

  @Test
  void anAnswerIsHeardWhereverOneListens() {
    String session = session("words-5-10");
    String id = fresh();
    assertThat(ok(a, "chat.send", chat(session, "hi there", id)).path("status").asText())
        .isEqualTo("started");
    JsonNode end = last(b, id);
    assertThat(end.path("state").asText()).isEqualTo("final");
    assertThat(text(end.path("message"))).isEqualTo("w0 w1 w2 w3 w4");

    List<JsonNode> deltas =
        events(b, "chat", id).stream()
            .filter(event -> event.path("state").asText().equals("delta"))
            .toList();
    assertThat(deltas).isNotEmpty();
    String before = "";
    for (JsonNode delta : deltas) {
      assertThat(text(delta.path("message"))).startsWith(before);
      before = text(delta.path("message"));
    }
    List<JsonNode> agent = events(b, "agent", id);
    assertThat(agent.getFirst().at("/data/phase").asText()).isEqualTo("start");
    assertThat(agent.getLast().at("/data/phase").asText()).isEqualTo("end");
    for (int i = 1; i < agent.size(); i++) {
      assertThat(agent.get(i).path("seq").asLong())
          .isEqualTo(agent.get(i - 1).path("seq").asLong() + 1);
    }

    List<JsonNode> pieces =
        agent.stream().filter(event -> event.path("stream").asText().equals("assistant")).toList();
    assertThat(String.join("", pieces.stream().map(p -> p.at("/data/delta").asText()).toList()))
        .isEqualTo("w0 w1 w2 w3 w4 ");
    assertThat(agent.get(agent.size() - 2)).isEqualTo(pieces.getLast());

    JsonNode waited = ok(b, "agent.wait", Json.object().put("runId", id).put("timeoutMs", 5_000));
    assertThat(waited.path("status").asText()).isEqualTo("ok");
    assertThat(ok(b, "chat.send", chat(session, "hi there", id)).path("status").asText())
        .isEqualTo("ok");

    List<JsonNode> said = history(b, session);
    assertThat(said).hasSize(2);
    assertThat(text(said.get(0))).isEqualTo("hi there");
    assertThat(said.get(1).path("model").asText()).isEqualTo("words-5-10");
    assertThat(said.get(1).at("/usage/input").asInt()).isEqualTo(10);
    assertThat(models.keys()).allMatch(key -> key.equals("Bearer sk-test"));
    JsonNode row =
        ok(b, "sessions.list", Json.object().put("search", session)).path("sessions").path(0);
    assertThat(row.path("totalTokens").asInt()).isEqualTo(15);
  }

  private List<JsonNode> entered(String runId) {
    JsonNode entries = b.ok("audit.list", "{\"action\":\"run.requested\",\"limit\":1000}");
    return StreamSupport.stream(entries.path("entries").spliterator(), false)
        .filter(entry -> entry.at("/details/run").asText().equals(runId))
        .toList();
  }

  @Test
  void whoAskedAnAgentIsInTheTrailAndWhatHeSaidIsNot() {
    DeviceKeys ann = DeviceKeys.fresh();
    try (Peer asker = Peer.connected(cluster.port(0), cluster.as(ann, 3))) {
      for (String method : List.of("chat.send", "agent")) {
        String session = session("words-5-10");
        String id = fresh();
        ObjectNode said = chat(session, "PLANTED words", id);
        asker.send(method, said);
        last(b, id);
        asker.call(method, Json.text(said));

        await().untilAsserted(() -> assertThat(entered(id)).hasSize(1));
        JsonNode entry = entered(id).getFirst();
        assertThat(entry.at("/actor/device").asText()).isEqualTo(ann.id());
        assertThat(entry.at("/actor/address").asText()).isEqualTo("local");
        assertThat(entry.at("/details/method").asText()).isEqualTo(method);
        assertThat(entry.at("/details/session").asText()).isEqualTo(session);
        assertThat(entry.toString()).doesNotContain("PLANTED");
      }
    }
  }

  @Test
  void soIsTheNodeThatAskedOne() {
    DeviceKeys machine = DeviceKeys.fresh();
    Connect node = Connect.node(3).device(machine).token(Cluster.TOKEN);
    try (Peer shed = Peer.connected(cluster.port(1), node)) {
      String session = "agent:main:node-" + machine.id();
      shed.ok(
          "node.event",
          Json.text(
              Json.object()
                  .put("event", "agent.request")
                  .put("payloadJSON", "{\"message\":\"PLANTED words\"}")));
      String run = a.chatEnd("sessionKey", session).path("runId").asText();

      await().untilAsserted(() -> assertThat(entered(run)).hasSize(1));
      JsonNode entry = entered(run).getFirst();
      assertThat(entry.at("/actor/device").asText()).isEqualTo(machine.id());
      assertThat(entry.at("/actor/role").asText()).isEqualTo("node");
      assertThat(entry.at("/details/session").asText()).isEqualTo(session);
      assertThat(entry.toString()).doesNotContain("PLANTED");
      JsonNode found =
          a.ok("audit.list", "{\"action\":\"run.requested\",\"device\":\"" + machine.id() + "\"}");
      assertThat(found.path("entries")).hasSize(1);
    }
  }

  /** Protocol 05 §11.1, §11.3, §16.1. */
  private static JsonNode said(Peer follower, int place) {
    return follower.event("session.message", event -> event.path("messageSeq").asInt() == place);
  }

  @Test
  void protocol4SeesTheSameConversationInItsOwnForm() {
    String session = session("words-5-40");
    String id = fresh();
    try (Peer newer = cluster.admin(1, 4)) {
      ObjectNode asked = Json.object().put("sessionKey", session).put("limit", 80);
      JsonNode before = ok(newer, "chat.startup", asked.put("maxBytes", 262_144));
      assertThat(before.path("messages")).isEmpty();
      assertThat(before.at("/defaults/modelProvider").asText()).isEqualTo("test");

      ok(newer, "sessions.subscribe", Json.object());
      ok(newer, "sessions.messages.subscribe", Json.object().put("key", session));
      ok(a, "chat.send", chat(session, "hi there", id));
      assertThat(last(newer, id).path("state").asText()).isEqualTo("final");
      JsonNode question = said(newer, 1);
      assertThat(question.at("/message/role").asText()).isEqualTo("user");
      assertThat(text(question.path("message"))).contains("hi there");
      assertThat(text(said(newer, 2).path("message")).strip()).isEqualTo("w0 w1 w2 w3 w4");
      for (String phase : List.of("start", "end")) {
        JsonNode told =
            newer.event(
                "sessions.changed",
                event ->
                    event.path("runId").asText().equals(id)
                        && event.path("phase").asText().equals(phase));
        assertThat(told.path("sessionKey").asText()).isEqualTo(session);
      }
      List<JsonNode> deltas =
          events(newer, "chat", id).stream()
              .filter(event -> event.path("state").asText().equals("delta"))
              .toList();
      assertThat(deltas)
          .isNotEmpty()
          .allSatisfy(
              delta -> {
                assertThat(delta.path("replace").asBoolean()).isTrue();
                assertThat("w0 w1 w2 w3 w4 ").startsWith(delta.path("deltaText").asText("none"));
              });
      assertThat(events(a, "chat", id)).noneMatch(event -> event.has("deltaText"));

      JsonNode after = ok(newer, "chat.startup", asked);
      assertThat(after.at("/messages/0/idempotencyKey").asText()).isEqualTo(id + ":user");
      assertThat(after.at("/messages/0/__openclaw/id")).isEqualTo(question.path("messageId"));
      assertThat(question.at("/message/__openclaw/id")).isEqualTo(question.path("messageId"));
      after
          .path("messages")
          .forEach(
              message -> ((ObjectNode) message).remove(List.of("idempotencyKey", "__openclaw")));
      assertThat(after.path("messages")).containsExactlyElementsOf(history(a, session)).hasSize(2);
      assertThat(after.path("sessionKey").asText()).isEqualTo(session);
      JsonNode cut = ok(newer, "chat.startup", asked.put("maxBytes", 10));
      assertThat(cut.path("messages")).hasSize(1);
      assertThat(cut.at("/messages/0/role").asText()).isEqualTo("assistant");
      assertThat(ok(newer, "agents.list", Json.object()).at("/agents/0/model/primary").asText())
          .isEqualTo("test/words-5-10");
    }
  }

  @Test
  void oneKeyAskedForTwiceAtOnceIsOneRun() {
    for (int round = 0; round < 10; round++) {
      String session = session("words-3-10");
      String id = fresh();
      String first = a.send("chat.send", chat(session, "once", id));
      String second = b.send("chat.send", chat(session, "once", id));
      List<String> states =
          List.of(
              a.answer(first).at("/payload/status").asText(),
              b.answer(second).at("/payload/status").asText());
      // Whoever asks second is told that it is under way, or by then how it ended.
      assertThat(states).containsOnlyOnce("started");
      assertThat(states).isSubsetOf("started", "in_flight", "ok");
      last(a, id);
      assertThat(history(a, session)).hasSize(2);
    }
  }

  @Test
  void runsOfASessionComeOneAfterTheOtherWhereverTheyWereAskedFor() {
    String session = session("words-4-10");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String id = fresh();
      ids.add(id);
      ok(i % 2 == 0 ? a : b, "chat.send", chat(session, "number " + i, id));
    }
    ids.forEach(id -> assertThat(last(a, id).path("state").asText()).isEqualTo("final"));
    List<JsonNode> said = history(b, session);
    assertThat(said).hasSize(12);
    for (int i = 0; i < 6; i++) {
      assertThat(text(said.get(2 * i))).isEqualTo("number " + i);
      assertThat(said.get(2 * i + 1).path("role").asText()).isEqualTo("assistant");
    }
  }

  @Test
  void aRunIsEndedFromTheOtherInstanceAndNothingComesAfter() {
    String session = session("words-10000-20");
    String id = fresh();
    ok(a, "chat.send", chat(session, "go on", id));
    a.event("chat", event -> event.path("runId").asText().equals(id));
    JsonNode answer =
        ok(b, "chat.abort", Json.object().put("sessionKey", session).put("runId", id));
    assertThat(answer.path("aborted").asBoolean()).isTrue();
    assertThat(answer.path("runIds").path(0).asText()).isEqualTo(id);
    JsonNode end = last(b, id);
    assertThat(end.path("state").asText()).isEqualTo("aborted");
    assertThat(end.path("stopReason").asText()).isEqualTo("rpc");
    await().until(() -> models.streaming() == 0);

    JsonNode waited = ok(b, "agent.wait", Json.object().put("runId", id).put("timeoutMs", 0));
    assertThat(waited.path("error").asText()).isEqualTo("aborted");
    assertThat(ok(a, "chat.abort", Json.object().put("sessionKey", session)).path("aborted"))
        .hasToString("false");
    ok(a, "chat.send", chat(session, "/status", fresh()));
    List<JsonNode> all = events(a, "chat", id);
    assertThat(all.getLast().path("state").asText()).isEqualTo("aborted");
    assertThat(all.stream().filter(event -> !event.path("state").asText().equals("delta")))
        .hasSize(1);
    assertThat(history(b, session).get(1).path("stopReason").asText()).isEqualTo("aborted");
  }

  @Test
  void aRunThatWaitsIsEndedWithoutHavingBegun() {
    String session = session("words-10000-20");
    String first = fresh();
    String second = fresh();
    ok(a, "chat.send", chat(session, "first", first));
    ok(b, "chat.send", chat(session, "second", second));
    ok(a, "chat.abort", Json.object().put("sessionKey", session).put("runId", second));
    assertThat(last(b, second).path("state").asText()).isEqualTo("aborted");
    JsonNode stopped = ok(b, "chat.send", chat(session, " Stop ", fresh()));
    assertThat(stopped.path("runIds").path(0).asText()).isEqualTo(first);
    assertThat(last(a, first).path("stopReason").asText()).isEqualTo("stop");
    assertThat(history(a, session)).noneMatch(message -> text(message).equals("second"));
  }

  @Test
  void aRunOfAnotherSessionIsNotEnded() {
    String session = session("words-10000-20");
    String id = fresh();
    ok(a, "chat.send", chat(session, "go on", id));
    JsonNode refused =
        b.call("chat.abort", Json.text(Json.object().put("sessionKey", fresh()).put("runId", id)));
    assertThat(refused.at("/error/message").asText()).isEqualTo("runId does not match sessionKey");
    ok(a, "chat.abort", Json.object().put("sessionKey", session));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aRunAndItsEndNeverBothHappen(int where) {
    Peer aborter = where == 0 ? a : b;
    for (int round = 0; round < 15; round++) {
      String session = session("words-3-5");
      String id = fresh();
      ok(a, "chat.send", chat(session, "race", id));
      a.event("chat", event -> event.path("runId").asText().equals(id));
      boolean aborted =
          ok(aborter, "chat.abort", Json.object().put("sessionKey", session))
              .path("aborted")
              .asBoolean();
      assertThat(last(b, id).path("state").asText()).isEqualTo(aborted ? "aborted" : "final");
    }
  }

  @Test
  void agentAnswersTwiceAndItsRepeatsOnce() {
    String session = session("words-3-1000");
    String id = fresh();
    ObjectNode params =
        Json.object().put("message", "work").put("sessionKey", session).put("idempotencyKey", id);
    String request = a.send("agent", params);
    JsonNode accepted = a.answer(request);
    assertThat(accepted.at("/payload/status").asText()).isEqualTo("accepted");
    JsonNode repeated = ok(b, "agent", params);
    assertThat(repeated).isEqualTo(accepted.path("payload"));
    JsonNode result =
        a.find(
                frame ->
                    frame.path("id").asText().equals(request)
                        && !frame.at("/payload/status").asText().equals("accepted"))
            .path("payload");
    assertThat(result.path("status").asText()).isEqualTo("ok");
    assertThat(result.at("/result/payloads/0/text").asText()).isEqualTo("w0 w1 w2");
    assertThat(result.at("/result/meta/agentMeta/usage/total").asInt()).isEqualTo(13);
    assertThat(ok(b, "agent", params).path("result")).isEqualTo(result.path("result"));
  }

  @Test
  void agentWithoutATargetIsAcceptedAndThenRefused() {
    String request =
        a.send("agent", Json.object().put("message", "x").put("idempotencyKey", fresh()));
    assertThat(a.answer(request).at("/payload/status").asText()).isEqualTo("accepted");
    JsonNode refused =
        a.find(
            frame ->
                frame.path("id").asText().equals(request) && !frame.path("ok").asBoolean(true));
    assertThat(refused.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(refused.at("/payload/summary").asText())
        .isEqualTo("Error: Pass --to <E.164>, --session-id, or --agent to choose a session");
  }

  @Test
  void whoeverWaitsElsewhereHearsOfTheEndAtOnce() {
    double best = Double.MAX_VALUE;
    // Once is enough to show what it waits for; a busy machine may need some tries for it.
    for (int i = 0; i < 5 && best >= 1_000; i++) {
      String session = session("words-20-20");
      String id = fresh();
      ok(a, "chat.send", chat(session, "slowly", id));
      String waiting =
          b.send("agent.wait", Json.object().put("runId", id).put("timeoutMs", 60_000));
      JsonNode end = last(a, id);
      long ended = System.nanoTime();
      assertThat(end.path("state").asText()).isEqualTo("final");
      assertThat(b.answer(waiting).at("/payload/status").asText()).isEqualTo("ok");
      best = Math.min(best, (System.nanoTime() - ended) / 1e6);
    }
    assertThat(best).isLessThan(1_000);
  }

  @Test
  void aWrongAnswerOfTheProviderIsAnErrorForAll() {
    String session = session("wrong");
    String id = fresh();
    ok(a, "chat.send", chat(session, "x", id));
    JsonNode end = last(b, id);
    assertThat(end.path("state").asText()).isEqualTo("error");
    assertThat(end.path("errorMessage").asText()).isEqualTo("400 mock failure");
    JsonNode failed = history(b, session).get(1);
    assertThat(failed.path("stopReason").asText()).isEqualTo("error");
    assertThat(failed.path("errorMessage").asText()).isEqualTo("400 mock failure");
    JsonNode again = b.call("chat.send", Json.text(chat(session, "x", id)));
    assertThat(again.at("/payload/status").asText()).isEqualTo("error");
    assertThat(again.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void aModelThatIsNotThereIsStoodInFor() {
    String session = session("gone");
    String id = fresh();
    ok(a, "chat.send", chat(session, "x", id));
    assertThat(text(last(b, id).path("message"))).isEqualTo("w0");
    assertThat(history(b, session).get(1).path("model").asText()).isEqualTo("words-1-1");
  }

  @Test
  void aBusyProviderIsAskedAgain() {
    String session = session("busy-2");
    String id = fresh();
    ok(a, "chat.send", chat(session, "x", id));
    assertThat(text(last(b, id).path("message"))).isEqualTo("w0");
  }

  @Test
  void anAnswerThatBreaksOffIsAnErrorAndItsBeginningIsKept() {
    String session = session("broken");
    String id = fresh();
    ok(a, "chat.send", chat(session, "x", id));
    assertThat(last(b, id).path("state").asText()).isEqualTo("error");
    assertThat(text(history(b, session).get(1))).isEqualTo("half an ");
  }

  @Test
  void anAnswerWithoutAnEndIsAnErrorToo() {
    String session = session("torn");
    String id = fresh();
    ok(a, "chat.send", chat(session, "x", id));
    JsonNode end = last(b, id);
    assertThat(end.path("state").asText()).isEqualTo("error");
    assertThat(end.path("errorMessage").asText()).contains("broke off");
    assertThat(text(history(b, session).get(1))).isEqualTo("half an ");
  }

  /** The error comes within a stream that is good otherwise. */
  @Test
  void anErrorBeforeAnythingWasSaidIsTriedAgainAndStoodInFor() {
    for (String model : List.of("failing-2", "failing-3")) {
      String session = session(model);
      String id = fresh();
      ok(a, "chat.send", chat(session, "x", id));
      JsonNode end = last(b, id);
      assertThat(text(end.path("message"))).isEqualTo("w0");
      assertThat(history(b, session).get(1).path("model").asText())
          .isEqualTo(model.equals("failing-2") ? model : "words-1-1");
    }
  }

  @Test
  void aProviderIsLeftAloneForAsLongAsItAsks() {
    String session = session("limited-2");
    String id = fresh();
    long before = System.nanoTime();
    ok(a, "chat.send", chat(session, "x", id));
    assertThat(text(last(b, id).path("message"))).isEqualTo("w0");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(history(b, session).get(1).path("model").asText()).isEqualTo("limited-2");
  }

  @Test
  void aHugeAnswerArrivesWhole() {
    String session = session("huge-600");
    String id = fresh();
    ok(a, "chat.send", chat(session, "x", id));
    JsonNode end = last(b, id);
    assertThat(text(end.path("message"))).hasSize(600 * 1_024 - 1);
    assertThat(text(history(b, session).get(1))).hasSize(600 * 1_024);
  }

  @Test
  void whatTheModelCallsForAndIsNotThereIsToldToIt() {
    String session = session("tool-nothing");
    String id = fresh();
    ok(a, "chat.send", chat(session, "{}", id));
    assertThat(text(last(b, id).path("message"))).isEqualTo("it said: no such tool: nothing");
    assertThat(history(a, session).stream().map(message -> message.path("role").asText()))
        .containsExactly("user", "assistant", "toolResult", "assistant");
  }

  @Test
  void whatGoesOnInASessionEndsBeforeItIsDeleted() {
    String session = session("words-10000-20");
    String id = fresh();
    ok(a, "chat.send", chat(session, "go on", id));
    a.event("chat", event -> event.path("runId").asText().equals(id));
    assertThat(ok(b, "sessions.delete", Json.object().put("key", session)).path("deleted"))
        .hasToString("true");
    assertThat(last(b, id).path("state").asText()).isEqualTo("aborted");
    assertThat(ok(a, "sessions.list", Json.object().put("search", session)).path("sessions"))
        .isEmpty();
  }

  @Test
  void commandsAreAnsweredWithoutAModel() {
    String session = session("words-2-5");
    int before = models.requests().size();
    String id = fresh();
    ok(a, "chat.send", chat(session, "/status", id));
    JsonNode end = last(b, id);
    assertThat(text(end.path("message"))).contains("model test/words-2-5");
    assertThat(end.at("/message/stopReason").asText()).isEqualTo("injected");
    assertThat(events(b, "agent", id)).isEmpty();

    String choose = fresh();
    ok(b, "chat.send", chat(session, "/model krabkrab/echo", choose));
    last(a, choose);
    assertThat(models.requests()).hasSize(before);
    String echoed = fresh();
    ok(b, "chat.send", chat(session, "hello echo", echoed));
    assertThat(text(last(a, echoed).path("message")))
        .contains("built-in echo model")
        .contains("hello echo");

    String anew = fresh();
    ok(b, "chat.send", chat(session, "/new", anew));
    last(a, anew);
    assertThat(history(a, session)).hasSize(1);
  }

  @Test
  void picturesReachTheModelAndWrongOnesAreRefused() {
    String session = session("words-1-1");
    ObjectNode send = chat(session, "", fresh());
    send.putArray("attachments").addObject().put("content", "data:image/png;base64,iVBORw0KGgo=");
    ok(a, "chat.send", send);
    last(b, send.path("idempotencyKey").asText());
    assertThat(Json.text(models.requests().getLast()))
        .contains("data:image/png;base64,iVBORw0KGgo=");

    ObjectNode wrong = chat(session, "x", fresh());
    wrong.putArray("attachments").addObject().put("content", "!!!");
    assertThat(a.call("chat.send", Json.text(wrong)).at("/error/message").asText())
        .isEqualTo("Error: attachment attachment-1: invalid base64 content");
  }

  private Connect asker(DeviceKeys keys) {
    return Connect.operator(3).device(keys).token(Cluster.TOKEN);
  }

  /** One that goes on, and behind it one that waits. */
  private static List<String> twoRuns(Peer asker, String session) {
    List<String> ids = List.of(fresh(), fresh());
    ok(asker, "chat.send", chat(session, "100000-20", ids.get(0)));
    ok(asker, "chat.send", chat(session, "1-1", ids.get(1)));
    return ids;
  }

  private static JsonNode started(Peer peer, String runId) {
    return peer.event(
        "agent",
        event ->
            event.path("runId").asText().equals(runId)
                && event.at("/data/phase").asText().equals("start"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"removed", "revoked", "narrowed"})
  void whatADeviceAskedForEndsWithItsRights(String how) {
    DeviceKeys keys = DeviceKeys.fresh();
    String session = session("asked");
    try (Peer asker = Peer.connected(cluster.port(1), asker(keys))) {
      List<String> runs = twoRuns(asker, session);
      started(a, runs.getFirst());
      ObjectNode device = Json.object().put("deviceId", keys.id());
      switch (how) {
        case "removed" -> ok(a, "device.pair.remove", device);
        case "revoked" -> ok(a, "device.token.revoke", device.put("role", "operator"));
        default -> {
          device.put("role", "operator").putArray("scopes").add("operator.read");
          ok(a, "device.token.rotate", device);
        }
      }
      for (String run : runs) {
        JsonNode end = last(a, run);
        assertThat(end.path("state").asText()).as("%s", end).isEqualTo("aborted");
        assertThat(end.path("stopReason").asText()).isEqualTo("revoked");
      }
    }
    await().until(() -> models.streaming() == 0);
  }

  /** As when the message that tells of it is lost. */
  @Test
  void whatNobodyWasToldOfIsRefusedWhereItIsUsed() {
    DeviceKeys keys = DeviceKeys.fresh();
    String waiting = session("asked");
    String using = session("tool-cron_list");
    try (Peer asker = Peer.connected(cluster.port(1), asker(keys))) {
      List<String> runs = twoRuns(asker, waiting);
      started(a, runs.getFirst());
      forget(cluster, keys.id());
      String used = fresh();
      ok(asker, "chat.send", chat(using, "{}", used));
      assertThat(text(last(a, used).path("message"))).contains("has lost the right to it");
      ok(a, "chat.abort", Json.object().put("sessionKey", waiting).put("runId", runs.getFirst()));
      JsonNode end = last(a, runs.getLast());
      assertThat(end.path("state").asText()).isEqualTo("error");
      assertThat(end.path("errorMessage").asText()).contains("has lost the right to it");
    }
  }

  @Test
  void whatADeviceAskedForOutlivesItsBeingANode() {
    DeviceKeys keys = DeviceKeys.fresh();
    String session = session("asked");
    Connect node = Connect.node(3).device(keys).token(Cluster.TOKEN);
    try (Peer asker = Peer.connected(cluster.port(1), asker(keys));
        Peer asNode = Peer.connected(cluster.port(0), node)) {
      String run = fresh();
      ok(asker, "chat.send", chat(session, "100000-20", run));
      started(a, run);
      ok(a, "device.token.revoke", Json.object().put("deviceId", keys.id()).put("role", "node"));
      asNode.closed();
      String used = fresh();
      ok(asker, "chat.send", chat(session("tool-cron_list"), "{}", used));
      assertThat(text(last(a, used).path("message"))).contains("\"jobs\"");
      ok(asker, "chat.abort", Json.object().put("sessionKey", session).put("runId", run));
      assertThat(last(a, run).path("stopReason").asText()).isEqualTo("rpc");
    }
  }

  /** Takes a device out of Redis, and tells nobody. */
  static void forget(Cluster cluster, String device) {
    Vertx vertx = Vertx.vertx();
    try {
      RedisLink link = RedisLink.create(vertx, cluster.redis());
      link.ready().await();
      String bucket = cluster.redis().key(Buckets.aggregate(device), "");
      link.send(Request.cmd(Command.DEL).arg(bucket + "device:" + device)).await();
      link.close();
    } finally {
      vertx.close().await();
    }
  }
}
