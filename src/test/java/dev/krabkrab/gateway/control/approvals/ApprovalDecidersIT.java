package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.error;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * Who decided what, and why, as everybody on every instance is notified of it; and who may not
 * decide.
 */
@Timeout(60)
@org.junit.jupiter.api.TestInstance(Lifecycle.PER_CLASS)
class ApprovalDecidersIT {
  private static final String SCOPE = "operator.approvals";

  private final RedisSettings redis = TestRedis.settings();
  private final AtomicBoolean othersOnly = new AtomicBoolean();
  private TestInstance a;
  private TestInstance b;
  private TestInstance c;
  private TestClient asker;
  private TestClient ann;

  @BeforeAll
  void start() {
    a = instance("a");
    b = instance("b");
    c = instance("c");
    asker = TestClient.connect(a, "asker", "bob", 3, SCOPE);
    ann = TestClient.connect(b, "phone", "ann", 4, SCOPE);
  }

  private TestInstance instance(String name) {
    ApprovalSettings settings =
        new ApprovalSettings(60_000, 300, 300, 100, 1_000, 64_000, false, () -> 7, othersOnly::get);
    return TestInstance.start(name, redis, settings, InstantSource.system());
  }

  @AfterAll
  void stop() {
    List.of(a, b, c).forEach(TestInstance::close);
  }

  private static ObjectNode annsPhone() {
    return Json.object()
        .put("kind", "device")
        .put("id", "phone")
        .put("deviceId", "phone")
        .put("label", "name of phone")
        .put("user", "ann")
        .put("instance", "b");
  }

  private static JsonNode decide(TestClient by, String id, String decision, String reason) {
    ObjectNode params = Json.object().put("id", id).put("decision", decision);
    return by.call("exec.approval.resolve", Json.text(params.put("reason", reason)));
  }

  private static JsonNode decideAny(TestClient by, String id, String decision) {
    ObjectNode params = Json.object().put("id", id).put("kind", "exec").put("decision", decision);
    return by.call("approval.resolve", Json.text(params));
  }

  @Test
  void everybodyIsToldWhoDecidedWhereAndWhy() {
    TestClient old = TestClient.connect(c, "old", 3, SCOPE);
    TestClient fresh = TestClient.connect(c, "fresh", 4, SCOPE);
    String requested = asker.ask("who-1", "ls", 20_000);
    fresh.event(REQUESTED, "who-1");
    String watched = fresh.send("exec.approval.waitDecision", "{\"id\":\"who-1\"}");
    assertThat(ann.event(REQUESTED, "who-1").at("/request/requestedBy"))
        .isEqualTo(
            Json.object()
                .put("deviceId", "asker")
                .put("label", "name of asker")
                .put("user", "bob"));
    assertThat(decide(ann, "who-1", "deny", " not on Fridays ").path("payload"))
        .isEqualTo(Json.object().put("ok", true));

    for (TestClient client : List.of(asker, ann, old, fresh)) {
      JsonNode notified = client.event(RESOLVED, "who-1");
      assertThat(notified.path("resolvedBy").asText()).isEqualTo("name of phone");
      assertThat(notified.path("resolver")).isEqualTo(annsPhone());
      assertThat(notified.path("reason").asText()).isEqualTo("not on Fridays");
    }
    for (JsonNode answer : List.of(asker.answer(requested), fresh.answer(watched))) {
      assertThat(answer.at("/payload/decision").asText()).isEqualTo("deny");
      assertThat(answer.at("/payload/reason").asText()).isEqualTo("not on Fridays");
      assertThat(answer.at("/payload/resolver")).isEqualTo(annsPhone());
    }
    JsonNode refused = old.decide("who-1", "allow-once");
    assertThat(error(refused)).isEqualTo("unknown approval id");
    assertThat(refused.at("/error/details/reason").asText()).isEqualTo("not on Fridays");
    isSaid(refused.at("/error/details"));
    JsonNode late = fresh.decide("who-1", "allow-once");
    assertThat(error(late)).isEqualTo("approval already resolved");
    assertThat(late.at("/error/details/reason").asText()).isEqualTo("APPROVAL_ALREADY_RESOLVED");
    assertThat(late.at("/error/details/decisionReason").asText()).isEqualTo("not on Fridays");
    isSaid(late.at("/error/details"));
    JsonNode agreed = fresh.decide("who-1", "deny").path("payload");
    assertThat(agreed.path("ok").asBoolean()).isTrue();
    assertThat(agreed.path("applied").asBoolean(true)).isFalse();
    isSaid(agreed);
    JsonNode read = fresh.call("approval.get", "{\"id\":\"who-1\"}").at("/payload/approval");
    assertThat(read.path("reason").asText()).isEqualTo("user");
    assertThat(read.path("decisionReason").asText()).isEqualTo("not on Fridays");
    isSaid(read);
    assertThat(decideAny(fresh, "who-1", "deny").at("/payload/approval")).isEqualTo(read);
  }

  private static void isSaid(JsonNode details) {
    assertThat(details.path("decision").asText()).isEqualTo("deny");
    assertThat(details.path("resolver")).isEqualTo(annsPhone());
    assertThat(details.path("resolvedAtMs").asLong()).isPositive();
  }

  @Test
  void withoutAReasonAnOldAskerIsToldNoMoreThanBefore() {
    String requested = asker.ask("who-2", "ls", 20_000);
    ann.event(REQUESTED, "who-2");
    ann.decide("who-2", "allow-once");
    assertThat(asker.answer(requested).path("payload").fieldNames())
        .toIterable()
        .containsExactly("id", "decision", "createdAtMs", "expiresAtMs");
    assertThat(asker.event(RESOLVED, "who-2").has("reason")).isFalse();
  }

  @Test
  void anAskerThatComesBackIsToldToo() {
    TestClient first = TestClient.connect(a, "mobile", 4, SCOPE);
    first.ask("who-3", "ls", 20_000);
    ann.event(REQUESTED, "who-3");
    first.close();
    decide(ann, "who-3", "deny", "too late");
    TestClient again = TestClient.connect(c, "mobile", 4, SCOPE);
    JsonNode answer = again.answer(again.ask("who-3", "ls", 20_000)).path("payload");
    assertThat(answer.path("decision").asText()).isEqualTo("deny");
    assertThat(answer.path("reason").asText()).isEqualTo("too late");
    assertThat(answer.path("resolver")).isEqualTo(annsPhone());
  }

  @Test
  void thatTheTimeIsOverIsToldInProtocol4Alone() {
    TestClient old = TestClient.connect(c, "old5", 3, SCOPE);
    TestClient fresh = TestClient.connect(c, "fresh5", 4, SCOPE);
    asker.ask("over-1", "ls", 700);
    for (TestClient client : List.of(ann, fresh)) {
      JsonNode over = client.event(RESOLVED, "over-1");
      assertThat(over.path("decision").asText()).isEqualTo("deny");
      assertThat(over.path("resolvedBy").isNull()).isTrue();
      assertThat(over.path("terminalReason").asText()).isEqualTo("timeout");
      assertThat(over.at("/request/command").asText()).isEqualTo("ls");
    }
    String requested = asker.ask("over-2", "ls", 20_000);
    for (TestClient client : List.of(ann, fresh, old)) {
      client.event(REQUESTED, "over-2");
    }
    ann.decide("over-2", "deny");
    asker.answer(requested);
    for (TestClient client : List.of(asker, ann, fresh, old)) {
      client.event(RESOLVED, "over-2");
      boolean v3 = client.equals(asker) || client.equals(old);
      assertThat(client.events(RESOLVED, "over-1")).hasSize(v3 ? 0 : 1);
    }
  }

  @Test
  void aReasonIsAtMostTwoHundredCharacters() {
    asker.ask("who-4", "ls", 20_000);
    ann.event(REQUESTED, "who-4");
    TestClient old = TestClient.connect(c, "old4", 3, SCOPE);
    for (TestClient by : List.of(ann, old)) {
      assertThat(error(decide(by, "who-4", "deny", "x".repeat(201))))
          .contains("reason", "200 characters");
    }
    ObjectNode params = Json.object().put("id", "who-4").put("kind", "exec");
    params.put("decision", "deny").put("reason", "x".repeat(201));
    assertThat(error(ann.call("approval.resolve", Json.text(params)))).contains("200 characters");
    String longest = "🔒".repeat(200);
    assertThat(decide(old, "who-4", "deny", longest).path("ok").asBoolean()).isTrue();
    assertThat(ann.event(RESOLVED, "who-4").path("reason").asText()).isEqualTo(longest);
  }

  @Test
  void whoAskedMayDenyAndNotAllow() {
    TestClient sameDevice = TestClient.connect(b, "asker", 4, SCOPE);
    TestClient sameUser = TestClient.connect(c, "laptop", "bob", 4, SCOPE);
    TestClient admin = TestClient.connect(c, "root", "bob", 4, "operator.admin");
    othersOnly.set(true);
    try {
      String requested = asker.ask("own-1", "ls", 20_000);
      ann.event(REQUESTED, "own-1");
      for (TestClient own : List.of(asker, sameDevice, sameUser, admin)) {
        for (JsonNode refused :
            List.of(
                own.decide("own-1", "allow-once"),
                own.decide("own-1", "allow-always"),
                decideAny(own, "own-1", "allow-once"))) {
          assertThat(error(refused)).startsWith("you asked for this approval yourself");
          assertThat(refused.at("/error/details/reason").asText())
              .isEqualTo("APPROVAL_SELF_DECISION");
        }
      }
      assertThat(asker.answers(requested)).isEmpty();
      assertThat(ann.decide("own-1", "allow-once").path("ok").asBoolean()).isTrue();
      assertThat(TestClient.decision(asker.answer(requested))).isEqualTo("allow-once");

      String withdrawn = asker.ask("own-2", "ls", 20_000);
      sameUser.event(REQUESTED, "own-2");
      assertThat(sameUser.decide("own-2", "deny").path("ok").asBoolean()).isTrue();
      assertThat(TestClient.decision(asker.answer(withdrawn))).isEqualTo("deny");
    } finally {
      othersOnly.set(false);
    }
    String free = asker.ask("own-3", "ls", 20_000);
    asker.event(REQUESTED, "own-3");
    assertThat(asker.decide("own-3", "allow-once").path("ok").asBoolean()).isTrue();
    assertThat(TestClient.decision(asker.answer(free))).isEqualTo("allow-once");
  }

  @Test
  void withoutDeviceAndUserTheClientTellsWhoAsked() {
    TestClient nameless = TestClient.connect(a, "", 4, SCOPE);
    TestClient alike = TestClient.connect(b, "", 4, SCOPE);
    TestClient named = TestClient.connect(b, "", "eve", 4, SCOPE);
    othersOnly.set(true);
    try {
      nameless.ask("own-4", "ls", 20_000);
      ann.event(REQUESTED, "own-4");
      assertThat(error(alike.decide("own-4", "allow-once"))).startsWith("you asked for this");
      assertThat(named.decide("own-4", "allow-once").path("ok").asBoolean()).isTrue();
    } finally {
      othersOnly.set(false);
    }
  }

  @Test
  void whoWroteInTheChatThatLedToItAskedForIt() {
    TestClient agent = TestClient.connect(a, "agent", 4, SCOPE);
    TestClient writer = TestClient.connect(b, "", "telegram:77", 4, SCOPE);
    othersOnly.set(true);
    try {
      agent.send(
          "exec.approval.request",
          "{\"id\":\"own-5\",\"command\":\"ls\",\"turnSourceChannel\":\"telegram\","
              + "\"turnSourceTo\":\"77\"}");
      ann.event(REQUESTED, "own-5");
      assertThat(error(writer.decide("own-5", "allow-once"))).startsWith("you asked for this");
      assertThat(writer.decide("own-5", "deny").path("ok").asBoolean()).isTrue();
    } finally {
      othersOnly.set(false);
    }
  }
}
