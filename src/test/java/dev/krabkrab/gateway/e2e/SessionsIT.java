package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions and what was said in them, on two instances. Protocol 04 §8, §9, §16. */
@Timeout(170)
class SessionsIT extends TwoInstances {

  @Override
  String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "'},nodes:{sessions:['*']}},agents:{list:[{id:'main'},{id:'other'}]}}";
  }

  private static String fresh() {
    return "s-" + UUID.randomUUID();
  }

  private static ObjectNode key(String key) {
    return Json.object().put("key", key);
  }

  private static JsonNode ok(Peer peer, String method, ObjectNode params) {
    return peer.ok(method, Json.text(params));
  }

  private static String refused(Peer peer, String method, ObjectNode params) {
    JsonNode answer = peer.call(method, Json.text(params));
    assertThat(answer.at("/error/code").asText()).isEqualTo("INVALID_REQUEST");
    return answer.at("/error/message").asText();
  }

  private static List<String> keys(JsonNode listing) {
    return StreamSupport.stream(listing.path("sessions").spliterator(), false)
        .map(row -> row.path("key").asText())
        .toList();
  }

  @Test
  void whatOneInstanceChangesTheOtherShows() {
    String name = fresh();
    JsonNode made =
        ok(a, "sessions.patch", key(name).put("label", name).put("thinkingLevel", "max"));
    assertThat(made.path("key").asText()).isEqualTo("agent:main:" + name);
    assertThat(made.at("/entry/thinkingLevel").asText()).isEqualTo("high");

    JsonNode row =
        ok(b, "sessions.list", Json.object().put("label", name)).path("sessions").path(0);
    assertThat(row.path("sessionId")).isEqualTo(made.at("/entry/sessionId"));
    assertThat(row.path("displayName").asText()).isEqualTo(name);
    assertThat(row.path("model").asText()).isEqualTo("echo");
    assertThat(row.path("totalTokens").asInt()).isZero();

    ok(b, "sessions.patch", key(name).put("model", "openai/m2").putNull("label"));
    JsonNode changed =
        ok(a, "sessions.list", Json.object().put("search", name)).path("sessions").path(0);
    assertThat(changed.path("model").asText()).isEqualTo("m2");
    assertThat(changed.has("label")).isFalse();
    assertThat(changed.path("thinkingLevel").asText()).isEqualTo("high");
  }

  /** None is ever archived here; protocol 4 asks all the same. */
  @Test
  void whoAsksForArchivedSessionsIsShownNone() {
    String name = fresh();
    ok(a, "sessions.patch", key(name).put("label", name));
    try (Peer page = cluster.admin(1, 4)) {
      JsonNode archived = ok(page, "sessions.list", Json.object().put("archived", true));
      assertThat(archived.path("count").asInt()).isZero();
      assertThat(keys(archived)).isEmpty();
      assertThat(keys(ok(page, "sessions.list", Json.object().put("archived", false))))
          .contains("agent:main:" + name);
    }
  }

  @Test
  void aLabelIsOneSessionsWhoeverIsFirst() {
    for (int round = 0; round < 20; round++) {
      String label = fresh();
      String first = a.send("sessions.patch", key(fresh()).put("label", label));
      String second = b.send("sessions.patch", key(fresh()).put("label", label));
      List<Boolean> won =
          List.of(a.answer(first).path("ok").asBoolean(), b.answer(second).path("ok").asBoolean());
      assertThat(won).containsExactlyInAnyOrder(true, false);
    }
  }

  @Test
  void aLabelGivenUpIsFree() {
    String label = fresh();
    String first = fresh();
    ok(a, "sessions.patch", key(first).put("label", label));
    assertThat(refused(b, "sessions.patch", key(fresh()).put("label", label)))
        .isEqualTo("label already in use: " + label);
    ok(a, "sessions.delete", key(first));
    ok(b, "sessions.patch", key(fresh()).put("label", label));
  }

  /** Each names another field, and none of them is lost. */
  @Test
  void changesOfDifferentFieldsAtOnceAllCount() {
    String name = fresh();
    ok(a, "sessions.patch", key(name));
    String[] fields = {"verboseLevel", "reasoningLevel", "elevatedLevel", "thinkingLevel"};
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < fields.length; i++) {
      String value = fields[i].equals("thinkingLevel") ? "low" : "on";
      sent.add((i % 2 == 0 ? a : b).send("sessions.patch", key(name).put(fields[i], value)));
    }
    for (int i = 0; i < fields.length; i++) {
      assertThat((i % 2 == 0 ? a : b).answer(sent.get(i)).path("ok").asBoolean()).isTrue();
    }
    JsonNode row = ok(a, "sessions.list", Json.object().put("search", name)).at("/sessions/0");
    for (String field : fields) {
      assertThat(row.has(field)).as(field).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "execSecurity ~ x ~ invalid execSecurity (use \"deny\"|\"allowlist\"|\"full\")",
        "execAsk ~ x ~ invalid execAsk (use \"off\"|\"on-miss\"|\"always\")",
        "thinkingLevel ~ x ~ invalid thinkingLevel (use off|minimal|low|medium|high)",
        "model ~ ' ' ~ invalid model: empty",
        "execNode ~ ' ' ~ invalid execNode: empty",
        "spawnedBy ~ main ~ spawnedBy is only supported for subagent:* sessions",
      })
  void whatASessionCannotBeSetToIsRefusedByName(String field, String value, String message) {
    assertThat(refused(a, "sessions.patch", key(fresh()).put(field, value))).isEqualTo(message);
  }

  @Test
  void aKeyHasABound() {
    assertThat(refused(a, "sessions.patch", key("x".repeat(600))))
        .isEqualTo("key too long (max 512)");
    assertThat(refused(a, "sessions.patch", key("  "))).isEqualTo("key required");
  }

  @Test
  void aSpawnerStays() {
    String name = "agent:main:subagent:" + UUID.randomUUID();
    ok(a, "sessions.patch", key(name).put("spawnedBy", "agent:main:main"));
    assertThat(refused(b, "sessions.patch", key(name).put("spawnedBy", "agent:main:other")))
        .isEqualTo("spawnedBy cannot be changed once set");
    assertThat(refused(b, "sessions.patch", key(name).putNull("spawnedBy")))
        .isEqualTo("spawnedBy cannot be cleared once set");
    assertThat(keys(ok(b, "sessions.list", Json.object().put("spawnedBy", "agent:main:main"))))
        .contains(name);
  }

  @Test
  void whatIsInjectedOnOneInstanceIsHeardAndReadOnTheOther() {
    String name = fresh();
    String full = "agent:main:" + name;
    ok(a, "sessions.patch", key(name));
    ObjectNode note =
        Json.object().put("sessionKey", name).put("message", "look out").put("label", "Ops");
    Connect node = Connect.node(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Peer follower = Peer.connected(cluster.port(1), node);
        Peer stranger = Peer.connected(cluster.port(1), node.device(DeviceKeys.fresh()))) {
      ObjectNode follow =
          Json.object()
              .put("event", "chat.subscribe")
              .put("payloadJSON", Json.text(Json.object().put("sessionKey", full)));
      follower.ok("node.event", Json.text(follow));

      String id = ok(a, "chat.inject", note).path("messageId").asText();

      for (Peer peer : List.of(a, b, follower)) {
        JsonNode event = peer.event("chat", e -> e.path("runId").asText().equals("inject-" + id));
        assertThat(event.path("sessionKey").asText()).isEqualTo(full);
        assertThat(event.path("state").asText()).isEqualTo("final");
        assertThat(event.at("/message/content/0/text").asText()).isEqualTo("[Ops]\n\nlook out");
      }
      assertThat(follower.frames())
          .filteredOn(frame -> frame.path("event").asText().equals("chat"))
          .hasSize(1);
      stranger.ok("node.event", "{\"event\":\"none\"}");
      assertThat(stranger.frames()).noneMatch(frame -> frame.path("event").asText().equals("chat"));
    }
    JsonNode history = ok(b, "chat.history", Json.object().put("sessionKey", name));
    assertThat(history.path("sessionKey").asText()).isEqualTo(name);
    assertThat(history.path("thinkingLevel").asText()).isEqualTo("off");
    assertThat(history.path("messages")).hasSize(1);
    assertThat(history.at("/messages/0/stopReason").asText()).isEqualTo("injected");
  }

  /** Protocol 05 §12. */
  @Test
  void whoFollowsSessionsIsToldOfChangesOnTheOtherInstance() {
    String name = fresh();
    String full = "agent:main:" + name;
    try (Peer follower = cluster.admin(1, 4);
        Peer other = cluster.admin(1, 4)) {
      assertThat(Json.text(ok(follower, "sessions.subscribe", Json.object())))
          .isEqualTo("{\"subscribed\":true}");
      ok(a, "sessions.patch", key(name).put("label", name));
      JsonNode patched = changed(follower, full, "patch");
      assertThat(patched.path("agentId").asText()).isEqualTo("main");
      JsonNode listed =
          ok(follower, "sessions.subscribe", Json.object().put("search", name).put("limit", 5));
      assertThat(listed.path("subscribed").asBoolean()).isTrue();
      assertThat(keys(listed.path("list"))).containsExactly(full);

      ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "look out"));
      changed(follower, full, "send");
      ok(a, "sessions.reset", key(name));
      changed(follower, full, "reset");
      ok(a, "sessions.delete", key(name));
      changed(follower, full, "delete");

      // What was sent before these answers has arrived with them.
      for (Peer peer : List.of(other, b)) {
        ok(peer, "health", Json.object());
        assertThat(peer.frames())
            .noneMatch(frame -> frame.path("event").asText().equals("sessions.changed"));
      }
    }
  }

  /** Protocol 05 §12. */
  @Test
  void whoFollowsASessionIsToldWhatIsSaidInItOnTheOtherInstance() {
    String name = fresh();
    String full = "agent:main:" + name;
    String second = fresh();
    ok(a, "sessions.patch", key(name));
    ok(a, "sessions.patch", key(second));
    try (Peer follower = cluster.admin(1, 4);
        Peer other = cluster.admin(1, 4)) {
      ok(other, "sessions.subscribe", Json.object());
      JsonNode answer = ok(follower, "sessions.messages.subscribe", key(name));
      assertThat(Json.text(answer)).isEqualTo("{\"subscribed\":true,\"key\":\"" + full + "\"}");
      ok(a, "chat.inject", Json.object().put("sessionKey", second).put("message", "elsewhere"));
      String id =
          ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "look out"))
              .path("messageId")
              .asText();
      JsonNode said = follower.event("session.message");
      assertThat(said.path("sessionKey").asText()).isEqualTo(full);
      assertThat(said.path("agentId").asText()).isEqualTo("main");
      assertThat(said.path("messageId").asText()).isEqualTo(id);
      assertThat(said.path("messageSeq").asInt()).isEqualTo(1);
      assertThat(said.at("/message/content/0/text").asText()).isEqualTo("look out");

      String endless = "x".repeat(300_000);
      ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", endless));
      JsonNode told =
          follower.event("session.message", event -> event.path("messageSeq").asInt() == 2);
      assertThat(told.has("message")).isFalse();

      ok(follower, "sessions.messages.unsubscribe", key(full));
      ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "unheard"));
      changed(other, full, "send");
      ok(follower, "sessions.subscribe", Json.object());
      ok(a, "sessions.reset", key(name));
      changed(follower, full, "reset");
      assertThat(follower.frames())
          .filteredOn(frame -> frame.path("event").asText().equals("session.message"))
          .hasSize(2);
      assertThat(other.frames())
          .noneMatch(frame -> frame.path("event").asText().equals("session.message"));
    }
  }

  @Test
  void oneConnectionFollowsSixtyFourSessionsAtMost() {
    try (Peer follower = cluster.admin(1, 4)) {
      for (int i = 0; i < 64; i++) {
        ok(follower, "sessions.messages.subscribe", key("many-" + i));
      }
      ok(follower, "sessions.messages.subscribe", key("many-3"));
      JsonNode refused = follower.call("sessions.messages.subscribe", "{\"key\":\"many-64\"}");
      assertThat(refused.at("/error/message").asText())
          .isEqualTo(
              "this connection follows 64 sessions already; sessions.messages.unsubscribe from one"
                  + " first");
      ok(follower, "sessions.messages.unsubscribe", key("many-0"));
      ok(follower, "sessions.messages.subscribe", key("many-64"));
    }
  }

  /** Protocol 05 §12. */
  @Test
  void aSessionIsDescribedAsTheListShowsIt() {
    String name = fresh();
    ok(a, "sessions.patch", key(name).put("label", name));
    JsonNode listed = ok(a, "sessions.list", Json.object().put("label", name));
    JsonNode described = ok(b, "sessions.describe", key(name).put("includeDerivedTitles", true));
    assertThat(described.at("/session/derivedTitle").asText()).isNotEmpty();
    ((ObjectNode) described.path("session")).remove("derivedTitle");
    assertThat(described.path("session")).isEqualTo(listed.at("/sessions/0"));
    assertThat(Json.text(ok(b, "sessions.describe", key(fresh())))).isEqualTo("{\"session\":null}");
  }

  private static JsonNode changed(Peer follower, String key, String reason) {
    return follower.event(
        "sessions.changed",
        event ->
            event.path("sessionKey").asText().equals(key)
                && event.path("reason").asText().equals(reason));
  }

  @Test
  void aLongTranscriptIsReadFromItsEnd() {
    String name = fresh();
    ok(a, "sessions.patch", key(name));
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      sent.add(
          a.send("chat.inject", Json.object().put("sessionKey", name).put("message", "note " + i)));
    }
    sent.forEach(id -> assertThat(a.answer(id).path("ok").asBoolean()).isTrue());

    JsonNode all = ok(b, "chat.history", Json.object().put("sessionKey", name));
    assertThat(all.path("messages")).hasSize(130);
    assertThat(all.at("/messages/0/content/0/text").asText()).isEqualTo("note 0");
    JsonNode some = ok(b, "chat.history", Json.object().put("sessionKey", name).put("limit", 60));
    assertThat(some.path("messages")).hasSize(60);
    assertThat(some.at("/messages/59/content/0/text").asText()).isEqualTo("note 129");
    assertThat(some.at("/messages/0/content/0/text").asText()).isEqualTo("note 70");
  }

  /** What would make an answer longer than six mebibytes is left out, the oldest first. */
  @Test
  void aHistoryIsBounded() {
    String name = fresh();
    ok(a, "sessions.patch", key(name));
    String text = "x".repeat(400_000);
    for (int i = 0; i < 18; i++) {
      ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", i + text));
      // Its answer comes behind the event: nobody who keeps up is closed as slow.
      ok(b, "health", Json.object());
    }
    JsonNode messages =
        ok(b, "chat.history", Json.object().put("sessionKey", name)).path("messages");
    assertThat(messages.size()).isEqualTo(15);
    assertThat(messages.path(14).at("/content/0/text").asText()).startsWith("17x");
  }

  @Test
  void aResetBeginsAnewAndKeepsWhatItShould() {
    String name = fresh();
    JsonNode before =
        ok(
            a,
            "sessions.patch",
            key(name).put("label", name).put("sendPolicy", "deny").put("execHost", "node"));
    ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "old"));
    JsonNode entry = ok(b, "sessions.reset", key(name)).path("entry");
    assertThat(entry.path("sessionId")).isNotEqualTo(before.at("/entry/sessionId"));
    assertThat(entry.path("label").asText()).isEqualTo(name);
    assertThat(entry.path("sendPolicy").asText()).isEqualTo("deny");
    assertThat(entry.has("execHost")).isFalse();
    assertThat(ok(a, "chat.history", Json.object().put("sessionKey", name)).path("messages"))
        .isEmpty();
    assertThat(
            refused(
                a,
                "sessions.resolve",
                Json.object().put("sessionId", before.at("/entry/sessionId").asText())))
        .startsWith("No session found: ");
  }

  @Test
  void aShortenedTranscriptIsPutAwayFirst() {
    String name = fresh();
    ok(a, "sessions.patch", key(name));
    for (int i = 0; i < 5; i++) {
      ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "note " + i));
    }
    assertThat(ok(b, "sessions.compact", key(name)).path("kept").asInt()).isEqualTo(6);
    JsonNode compacted = ok(b, "sessions.compact", key(name).put("maxLines", 2));
    assertThat(compacted.path("compacted").asBoolean()).isTrue();
    assertThat(compacted.path("kept").asInt()).isEqualTo(2);
    assertThat(compacted.path("archived").asText()).contains(".jsonl.bak.");
    JsonNode messages =
        ok(a, "chat.history", Json.object().put("sessionKey", name)).path("messages");
    assertThat(messages).hasSize(2);
    assertThat(messages.at("/0/content/0/text").asText()).isEqualTo("note 3");
  }

  @Test
  void aDeletedSessionLeavesNothingBehindButItsArchive() {
    String name = fresh();
    ok(a, "sessions.patch", key(name));
    ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "note"));
    JsonNode deleted = ok(b, "sessions.delete", key(name));
    assertThat(deleted.path("deleted").asBoolean()).isTrue();
    assertThat(deleted.at("/archived/0").asText()).contains(".jsonl.deleted.");
    assertThat(ok(a, "chat.history", Json.object().put("sessionKey", name)).has("sessionId"))
        .isFalse();
    assertThat(keys(ok(a, "sessions.list", Json.object().put("search", name)))).isEmpty();
    assertThat(refused(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "x")))
        .isEqualTo("session not found");
  }

  @Test
  void titlesAndLastMessagesComeOnRequest() {
    String name = fresh();
    ok(a, "sessions.patch", key(name));
    ok(a, "chat.inject", Json.object().put("sessionKey", name).put("message", "the last words"));
    ObjectNode query =
        Json.object()
            .put("search", name)
            .put("includeDerivedTitles", true)
            .put("includeLastMessage", true);
    JsonNode row = ok(b, "sessions.list", query).at("/sessions/0");
    assertThat(row.path("lastMessagePreview").asText()).isEqualTo("the last words");
    assertThat(row.path("derivedTitle").asText())
        .startsWith(row.path("sessionId").asText().substring(0, 8));
  }

  /** Of rows that are kept encoded, and what the gateway document and a transcript add to them. */
  @Test
  void rowsFollowWhatTheyShow() {
    String name = fresh();
    String other = "agent:other:" + name;
    String group = "agent:other:test:group:" + name + "/\"ü";
    for (String key : List.of(other, group, "global")) {
      ok(a, "sessions.patch", key(key).put("verboseLevel", "on"));
    }
    ObjectNode ofAgent = Json.object().put("agentId", "other").put("activeMinutes", 1);
    JsonNode rows = ok(b, "sessions.list", ofAgent).path("sessions");
    assertThat(rows.findValuesAsText("key")).containsExactly(group, other);
    assertThat(rows.findValuesAsText("kind")).containsExactly("group", "direct");
    assertThat(rows.at("/0/modelProvider").asText()).isEqualTo("krabkrab");
    assertThat(rows.at("/0/contextTokens").asInt()).isEqualTo(200_000);
    assertThat(keys(ok(b, "sessions.list", Json.object()))).doesNotContain("global");
    assertThat(
            keys(ok(b, "sessions.list", Json.object().put("includeGlobal", true).put("limit", 1))))
        .containsExactly("global");

    ok(b, "sessions.reset", key(group));
    ok(b, "sessions.delete", key(other));
    JsonNode left = ok(a, "sessions.list", ofAgent);
    assertThat(keys(left)).containsExactly(group);
    assertThat(left.at("/sessions/0/systemSent").isBoolean()).isTrue();
    ok(a, "sessions.delete", key(group));
    ok(a, "sessions.delete", key("global"));
  }

  /** A page of many sessions costs what a page costs. */
  @Test
  void theLatestOfTenThousandComeFirst() {
    try (Cluster own = Cluster.of(2, Cluster.TOKEN_CONFIG);
        Peer writer = own.admin(0);
        Peer reader = own.admin(1)) {
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        sent.add(writer.send("sessions.patch", key("n" + i).put("verboseLevel", "on")));
        if (sent.size() == 500) {
          sent.forEach(id -> assertThat(writer.answer(id).path("ok").asBoolean()).isTrue());
          sent.clear();
          writer.frames().clear();
        }
      }
      Duration page100 = usual(reader, Json.object().put("limit", 100));
      Duration whole = usual(reader, Json.object());
      System.out.printf(
          "sessions: a page of 100 in %.1f ms, all 10 000 in %.1f ms%n",
          page100.toNanos() / 1e6, whole.toNanos() / 1e6);
      JsonNode page = ok(reader, "sessions.list", Json.object().put("limit", 100));
      JsonNode all = ok(reader, "sessions.list", Json.object());

      assertThat(keys(page))
          .containsExactlyElementsOf(
              IntStream.range(0, 100).mapToObj(i -> "agent:main:n" + (9_999 - i)).toList());
      assertThat(all.path("count").asInt()).isEqualTo(10_000);
      assertThat(keys(all)).doesNotHaveDuplicates();
      assertThat(page100).isLessThan(whole);
      assertThat(whole).isLessThan(Duration.ofSeconds(5));

      ObjectNode everything =
          Json.object().put("includeDerivedTitles", true).put("includeLastMessage", true);
      JsonNode titled = ok(reader, "sessions.list", everything);
      assertThat(titled.path("sessions")).hasSize(10_000).allMatch(row -> row.has("derivedTitle"));
      assertThat(keys(titled)).doesNotHaveDuplicates();
      assertThat(keys(ok(reader, "sessions.list", Json.object().put("search", "main:n77"))))
          .hasSize(111);
    }
  }

  /** The median of some listings, from the request to the whole answer on this side. */
  private static Duration usual(Peer reader, ObjectNode params) {
    List<Duration> times = new ArrayList<>();
    for (int round = 0; round < 21; round++) {
      long start = System.nanoTime();
      String id = reader.send("sessions.list", params);
      while (!isAnswer(reader.socket().next(30_000), id)) {
        // Something else arrived.
      }
      times.add(Duration.ofNanos(System.nanoTime() - start));
    }
    times.sort(null);
    return times.get(times.size() / 2);
  }

  private static boolean isAnswer(RawSocket.@Nullable Arrival arrival, String id) {
    return arrival instanceof RawSocket.Arrival.Text(String text)
        && text.startsWith("{\"type\":\"res\",\"id\":\"" + id + "\"");
  }
}
