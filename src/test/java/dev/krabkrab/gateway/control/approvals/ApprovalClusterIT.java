package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static dev.krabkrab.gateway.control.approvals.TestClient.error;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.ApprovalRequested;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Protocol 02 §16: what approvals do when several instances serve them. */
@Timeout(120)
class ApprovalClusterIT {
  private static final String PENDING = "approval id already pending";

  private final RedisSettings redis = TestRedis.settings();
  private final List<TestInstance> started = new ArrayList<>();
  private TestInstance a = start("a", 0);
  private TestInstance b = start("b", 0);
  private TestInstance c = start("c", 0);

  private TestInstance start(String name, long skewMs) {
    InstantSource clock = InstantSource.offset(InstantSource.system(), Duration.ofMillis(skewMs));
    TestInstance instance = TestInstance.start(name, redis, TestInstance.settings(), clock);
    started.add(instance);
    return instance;
  }

  @BeforeEach
  void instancesListen() {
    assertThat(List.of(a.port, b.port, c.port)).doesNotHaveDuplicates();
  }

  @AfterEach
  void closeInstances() {
    started.forEach(TestInstance::close);
  }

  @Test
  void e1_decidedOnAnotherInstance() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    TestClient watcher = TestClient.connect(c, "watcher");
    TestClient stranger = TestClient.connect(c, "stranger", 3, "operator.read");
    String requested = asker.ask("e1", "ls", 20_000);

    JsonNode shown = approver.event(REQUESTED, "e1");
    assertThat(shown.fieldNames())
        .toIterable()
        .containsExactly("id", "request", "createdAtMs", "expiresAtMs");
    assertThat(shown.path("request").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(Approval.V3_FIELDS);
    assertThat(approver.decide("e1", "allow-once").path("ok").asBoolean()).isTrue();

    JsonNode answer = asker.answer(requested).path("payload");
    assertThat(answer.path("decision").asText()).isEqualTo("allow-once");
    assertThat(answer.path("createdAtMs")).isEqualTo(shown.path("createdAtMs"));
    assertThat(answer.path("expiresAtMs").asLong() - answer.path("createdAtMs").asLong())
        .isEqualTo(20_000);
    for (TestClient client : List.of(asker, approver, watcher)) {
      JsonNode resolved = client.event(RESOLVED, "e1");
      assertThat(resolved.path("resolvedBy").asText()).isEqualTo("name of approver");
      assertThat(resolved.fieldNames())
          .toIterable()
          .containsExactly("id", "decision", "resolvedBy", "ts", "resolver");
    }
    staysSo(
        () -> {
          for (TestClient client : List.of(asker, approver, watcher)) {
            assertThat(client.events(REQUESTED, "e1")).hasSize(1);
            assertThat(client.events(RESOLVED, "e1")).hasSize(1);
          }
          assertThat(stranger.approvalEvents()).isEmpty();
        });
  }

  @Test
  void e1_eventThenResolversAnswerThenAskersAnswer() {
    TestClient both = TestClient.connect(a, "both");
    String requested = both.ask("order", "ls", 20_000);
    both.event(REQUESTED, "order");
    String decided = both.sendDecision("order", "deny");
    both.answer(requested);

    List<String> order =
        both.frames().stream()
            .skip(2)
            .map(f -> f.has("event") ? f.path("event").asText() : f.path("id").asText())
            .toList();
    assertThat(order).containsExactly(RESOLVED, decided, requested);
  }

  private static DecisionRequest vote(String decision) {
    return new DecisionRequest(decision, Reason.USER, "", "");
  }

  @Test
  void e2_sameIdOnTwoInstances() {
    TestClient x = TestClient.connect(a, "x");
    TestClient y = TestClient.connect(b, "y");
    TestClient watcher = TestClient.connect(c, "watcher");
    String byX = x.ask("e2", "ls", 20_000);
    String byY = y.ask("e2", "ls", 20_000);
    await().until(() -> x.answers(byX).size() + y.answers(byY).size() == 1);
    boolean xLost = !x.answers(byX).isEmpty();

    assertThat(error(xLost ? x.answer(byX) : y.answer(byY))).isEqualTo(PENDING);
    watcher.decide("e2", "deny");
    assertThat(decision(xLost ? y.answer(byY) : x.answer(byX))).isEqualTo("deny");
    staysSo(() -> assertThat(watcher.events(REQUESTED, "e2")).hasSize(1));
  }

  @Test
  void e2_sameDeviceWhileTheFirstCallerStillWaits() {
    TestClient first = TestClient.connect(a, "x");
    TestClient second = TestClient.connect(b, "x");
    String requested = first.ask("e2b", "ls", 20_000);
    first.event(REQUESTED, "e2b");

    assertThat(error(second.answer(second.ask("e2b", "ls", 20_000)))).isEqualTo(PENDING);
    assertThat(error(first.answer(first.ask("e2b", "ls", 20_000)))).isEqualTo(PENDING);
    second.decide("e2b", "allow-always");
    assertThat(decision(first.answer(requested))).isEqualTo("allow-always");
  }

  @Test
  void e3_twoResolversOneWinner() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient u1 = TestClient.connect(b, "u1");
    TestClient u2 = TestClient.connect(c, "u2");
    for (int round = 0; round < 20; round++) {
      String id = "e3-" + round;
      String requested = asker.ask(id, "ls", 20_000);
      u1.event(REQUESTED, id);
      u2.event(REQUESTED, id);
      String by1 = u1.sendDecision(id, "allow-once");
      String by2 = u2.sendDecision(id, "deny");
      boolean won1 = u1.answer(by1).path("ok").asBoolean();
      boolean won2 = u2.answer(by2).path("ok").asBoolean();

      assertThat(won1).isNotEqualTo(won2);
      String winning = won1 ? "allow-once" : "deny";
      JsonNode loser = (won1 ? u2.answer(by2) : u1.answer(by1)).path("error");
      assertThat(loser.path("message").asText()).isEqualTo("unknown approval id");
      assertThat(loser.path("details").path("decision").asText()).isEqualTo(winning);
      assertThat(loser.path("details").path("resolvedBy").asText())
          .isEqualTo(won1 ? "name of u1" : "name of u2");
      assertThat(decision(asker.answer(requested))).isEqualTo(winning);
      assertThat(asker.event(RESOLVED, id).path("decision").asText()).isEqualTo(winning);
    }
    staysSo(() -> assertThat(asker.events(RESOLVED, "e3-0")).hasSize(1));
  }

  @Test
  void e4_decisionAtTheTimeoutAgreesWithTheAnswer() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    for (int round = 0; round < 30; round++) {
      String id = "e4-" + round;
      String requested = asker.ask(id, "ls", 60);
      JsonNode shown = approver.event(REQUESTED, id);
      long aim = shown.path("expiresAtMs").asLong() + round % 5 - 3;
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> InstantSource.system().millis() >= aim);
      JsonNode resolver = approver.decide(id, "allow-once");

      boolean won = resolver.path("ok").asBoolean();
      assertThat(decision(asker.answer(requested))).isEqualTo(won ? "allow-once" : null);
      if (!won) {
        assertThat(error(resolver)).isEqualTo("unknown approval id");
      }
    }
  }

  @Test
  void e5_askersInstanceDiesAndTheAskerComesBackBeforeTheDecision() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    asker.ask("e5", "ls", 20_000);
    JsonNode shown = approver.event(REQUESTED, "e5");
    a.kill();

    TestClient stranger = TestClient.connect(c, "stranger");
    assertThat(error(stranger.answer(stranger.ask("e5", "ls", 20_000)))).isEqualTo(PENDING);
    TestClient again = TestClient.connect(c, "asker");
    assertThat(error(again.answer(again.ask("e5", "rm", 20_000)))).isEqualTo(PENDING);
    String requested = again.ask("e5", "ls", 20_000);
    again.event(REQUESTED, "e5");
    staysSo(() -> assertThat(again.answers(requested)).isEmpty());
    assertThat(approver.decide("e5", "allow-once").path("ok").asBoolean()).isTrue();

    JsonNode answer = again.answer(requested).path("payload");
    assertThat(answer.path("decision").asText()).isEqualTo("allow-once");
    assertThat(answer.path("createdAtMs")).isEqualTo(shown.path("createdAtMs"));
    assertThat(approver.events(REQUESTED, "e5")).hasSize(1);
    assertThat(approver.events(RESOLVED, "e5")).hasSize(1);
  }

  @Test
  void e5_decidedWhileNobodyWaitedReachesTheAskerOnce() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    asker.ask("e5b", "ls", 20_000);
    approver.event(REQUESTED, "e5b");
    a.kill();
    assertThat(approver.decide("e5b", "allow-always").path("ok").asBoolean()).isTrue();

    TestClient again = TestClient.connect(c, "asker");
    assertThat(decision(again.answer(again.ask("e5b", "ls", 20_000)))).isEqualTo("allow-always");
    String anew = again.ask("e5b", "ls", 300);
    assertThat(decision(again.answer(anew))).isNull();
    await().untilAsserted(() -> assertThat(approver.events(REQUESTED, "e5b")).hasSize(2));
  }

  @Test
  void e5_anAnswerThatMayHaveDiedWithItsConnectionIsGivenAgain() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    String requested = asker.ask("e5c", "ls", 20_000);
    approver.event(REQUESTED, "e5c");
    approver.decide("e5c", "deny");
    assertThat(decision(asker.answer(requested))).isEqualTo("deny");
    a.kill();

    TestClient again = TestClient.connect(c, "asker");
    assertThat(decision(again.answer(again.ask("e5c", "ls", 20_000)))).isEqualTo("deny");
    assertThat(approver.events(REQUESTED, "e5c")).hasSize(1);
    assertThat(approver.events(RESOLVED, "e5c")).hasSize(1);
  }

  @Test
  void e7_askersSocketClosesAndItsInstanceLives() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    asker.ask("e7", "ls", 20_000);
    approver.event(REQUESTED, "e7");
    asker.close();
    TestClient again = TestClient.connect(a, "asker");
    again.event(REQUESTED, "e7");
    String requested = again.ask("e7", "ls", 20_000);
    await().until(() -> a.pendingCount() == 1);
    assertThat(approver.decide("e7", "deny").path("ok").asBoolean()).isTrue();

    assertThat(decision(again.answer(requested))).isEqualTo("deny");
    assertThat(approver.events(REQUESTED, "e7")).hasSize(1);
  }

  @Test
  void e8_arrivingApproverSeesWhatIsOpen() {
    TestClient asker = TestClient.connect(a, "asker");
    asker.ask("e8-1", "ls", 20_000);
    asker.ask("e8-2", "pwd", 20_000);
    JsonNode first = asker.event(REQUESTED, "e8-1");
    asker.event(REQUESTED, "e8-2");
    await().until(() -> c.pendingCount() == 2);
    TestClient late = TestClient.connect(c, "late");
    TestClient reader = TestClient.connect(c, "reader", 3, "operator.read");

    assertThat(late.event(REQUESTED, "e8-1")).isEqualTo(first);
    late.event(REQUESTED, "e8-2");
    TestClient earlier = TestClient.connect(b, "earlier");
    late.decide("e8-1", "deny");
    earlier.event(RESOLVED, "e8-1");
    TestClient later = TestClient.connect(b, "later");
    later.event(REQUESTED, "e8-2");
    staysSo(
        () -> {
          assertThat(later.events(REQUESTED, "e8-1")).isEmpty();
          assertThat(late.events(REQUESTED, "e8-1")).hasSize(1);
          assertThat(reader.approvalEvents()).isEmpty();
        });
  }

  @Test
  void e11_lostMessagesAreMadeUpFor() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient watcher = TestClient.connect(b, "watcher");
    String requested = asker.ask("e11", "ls", 20_000);
    watcher.event(REQUESTED, "e11");
    RedisLink silent = get(RedisLink.create(c.vertx(), redis).ready());
    ApprovalStore store = new ApprovalStore(silent, redis, 60_000);
    get(
        store.resolve(
            "e11", vote("allow-once"), TestInstance.callerOf("quiet"), "{}", false, null));

    assertThat(decision(asker.answer(requested))).isEqualTo("allow-once");
    assertThat(watcher.event(RESOLVED, "e11").path("resolvedBy").asText()).isEqualTo("test");
    staysSo(() -> assertThat(watcher.events(RESOLVED, "e11")).hasSize(1));
  }

  @Test
  void e11_anIdleInstanceReadsOftenOnceSomethingIsPending() {
    RedisSettings apart = TestRedis.settings();
    ApprovalSettings seldom =
        new ApprovalSettings(60_000, 300, 3_600_000, 100, 1_000, 64_000, false);
    try (TestInstance d = TestInstance.start("d", apart, seldom, InstantSource.system())) {
      TestClient asker = TestClient.connect(d, "asker");
      String requested = asker.ask("e11b", "ls", 20_000);
      asker.event(REQUESTED, "e11b");
      RedisLink silent = get(RedisLink.create(d.vertx(), apart).ready());
      ApprovalStore store = new ApprovalStore(silent, apart, 60_000);
      get(store.resolve("e11b", vote("deny"), TestInstance.callerOf("quiet"), "{}", false, null));

      assertThat(decision(asker.answer(requested))).isEqualTo("deny");
    }
  }

  @Test
  void e12_anAnnouncementThatComesAgainIsToldOnceForEachUseOfTheId() {
    TestClient asker = TestClient.connect(a, "asker");
    TestClient approver = TestClient.connect(b, "approver");
    asker.ask("e12", "ls", 20_000);
    JsonNode shown = approver.event(REQUESTED, "e12");
    Backplane repeater = get(c.join("repeater", redis));

    repeater.publish(announcement("e12", shown));
    repeater.publish(announcement("e12", shown));
    // What is published behind them arrives behind them.
    repeater.publish(announcement("e12-last", shown));

    for (TestClient client : List.of(asker, approver)) {
      client.event(REQUESTED, "e12-last");
      assertThat(client.events(REQUESTED, "e12")).hasSize(1);
    }
    approver.decide("e12", "deny");
    asker.event(RESOLVED, "e12");
    asker.ask("e12", "ls", 20_000);
    for (TestClient client : List.of(asker, approver)) {
      await().untilAsserted(() -> assertThat(client.events(REQUESTED, "e12")).hasSize(2));
    }
  }

  private static ApprovalRequested announcement(String id, JsonNode shown) {
    return new ApprovalRequested(
        id,
        shown.path("createdAtMs").asLong(),
        shown.path("expiresAtMs").asLong(),
        Json.text(shown.path("request")));
  }

  @Test
  void e13_anApproverWhoDoesNotReadIsSentAwayAndTheOthersMissNothing() {
    int requested = 120;
    String question =
        "{\"id\":\"e13-%d\",\"command\":\"ls\",\"warningText\":\"" + "x".repeat(200_000) + "\"}";
    TestClient slow = TestClient.connect(c, "slow", 4, "operator.approvals");
    TestClient x = TestClient.connect(a, "x", 4, "operator.approvals");
    TestClient y = TestClient.connect(b, "y", 4, "operator.approvals");
    List<TestClient> readers =
        List.of(x, y, TestClient.connect(c, "reader", 4, "operator.approvals"));
    slow.stopReading();

    for (int i = 1; i <= requested; i++) {
      (i % 2 == 0 ? x : y).send("exec.approval.request", question.formatted(i));
      // Each gets the next one when it has taken the last: these do read.
      for (TestClient reader : readers) {
        reader.event(REQUESTED, "e13-" + i);
      }
    }

    for (TestClient reader : readers) {
      assertThat(reader.approvalEvents().size()).isEqualTo(requested);
      assertNoHole(reader);
    }
    slow.readOn();
    assertThat(slow.closed()).isEqualTo("1008 slow consumer");
    assertThat(slow.approvalEvents().size()).isLessThan(requested);
    assertNoHole(slow);
  }

  private static void assertNoHole(TestClient client) {
    List<Long> numbers = client.numbers();
    assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
  }

  @Test
  void e15_timesAreRedisTimeWhateverTheInstancesThink() {
    TestInstance early = start("early", -3_600_000);
    TestInstance late = start("late", 3_600_000);
    TestClient asker = TestClient.connect(early, "asker");
    TestClient approver = TestClient.connect(late, "approver");
    long before = InstantSource.system().millis();
    String first = asker.ask("e15-1", "ls", 20_000);
    JsonNode shown = approver.event(REQUESTED, "e15-1");
    approver.ask("e15-2", "ls", 400);
    JsonNode second = asker.event(REQUESTED, "e15-2");

    assertThat(shown.path("createdAtMs").asLong()).isBetween(before - 1_000, before + 10_000);
    assertThat(second.path("createdAtMs").asLong())
        .isGreaterThanOrEqualTo(shown.path("createdAtMs").asLong());
    await().until(() -> late.pendingCount() == 1);
    TestClient arriving = TestClient.connect(late, "arriving");
    assertThat(arriving.event(REQUESTED, "e15-1")).isEqualTo(shown);
    assertThat(arriving.decide("e15-1", "deny").path("ok").asBoolean()).isTrue();
    assertThat(decision(asker.answer(first))).isEqualTo("deny");
  }

  @Test
  void e16_aThousandExpireOnceEachAndSilently() {
    List<TestClient> askers = new ArrayList<>();
    List<List<String>> requests = new ArrayList<>();
    TestClient watcher = TestClient.connect(c, "watcher");
    for (int i = 0; i < 10; i++) {
      TestClient asker = TestClient.connect(i % 2 == 0 ? a : b, "asker" + i);
      askers.add(asker);
      List<String> ids = new ArrayList<>();
      for (int j = 0; j < 100; j++) {
        ids.add(asker.ask("e16-" + i + "-" + j, "ls", 2_000));
      }
      requests.add(ids);
    }
    for (int i = 0; i < askers.size(); i++) {
      for (String request : requests.get(i)) {
        JsonNode answer = askers.get(i).answer(request);
        assertThat(answer.path("ok").asBoolean()).isTrue();
        assertThat(answer.path("payload").path("decision").isNull()).isTrue();
      }
    }
    assertThat(watcher.approvalEvents()).noneMatch(f -> f.path("event").asText().equals(RESOLVED));
    await()
        .untilAsserted(
            () -> assertThat(List.of(a, b, c)).allMatch(instance -> instance.pendingCount() == 0));
    for (int i = 0; i < askers.size(); i++) {
      for (String request : requests.get(i)) {
        assertThat(askers.get(i).answers(request)).hasSize(1);
      }
    }
    String anew = askers.get(1).ask("e16-0-0", "ls", 50);
    assertThat(decision(askers.get(1).answer(anew))).isNull();
  }

  @Test
  void oneConnectionWaitsForAtMostAHundred() {
    TestClient asker = TestClient.connect(a, "asker");
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(asker.ask("limit-" + i, "ls", 20_000));
    }
    JsonNode refused = asker.answer(asker.ask("limit-more", "ls", 20_000));

    assertThat(refused.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(error(refused)).startsWith("too many pending approvals on this connection (100,");
    asker.event(REQUESTED, "limit-7");
    asker.decide("limit-7", "deny");
    assertThat(decision(asker.answer(waiting.get(7)))).isEqualTo("deny");
    String requested = asker.ask("limit-more", "ls", 20_000);
    asker.event(REQUESTED, "limit-more");
    asker.decide("limit-more", "deny");
    assertThat(decision(asker.answer(requested))).isEqualTo("deny");
  }

  @Test
  void e18_policyWrittenTwiceFromTheSameBase() {
    TestClient one = TestClient.connect(a, "one", 3, "operator.admin");
    TestClient two = TestClient.connect(b, "two", 3, "operator.admin");
    TestClient three = TestClient.connect(c, "three", 3, "operator.admin");
    for (int round = 0; round < 10; round++) {
      String base = one.call("exec.approvals.get", "{}").at("/payload/hash").asText();
      String byOne = one.send("exec.approvals.set", policy(base, "one" + round));
      String byTwo = two.send("exec.approvals.set", policy(base, "two" + round));
      boolean won = one.answer(byOne).path("ok").asBoolean();

      assertThat(two.answer(byTwo).path("ok").asBoolean()).isNotEqualTo(won);
      assertThat(error(won ? two.answer(byTwo) : one.answer(byOne)))
          .isEqualTo("exec approvals changed since last load; re-run exec.approvals.get and retry");
      assertThat(three.call("exec.approvals.get", "{}").at("/payload/file/defaults/ask").asText())
          .isEqualTo((won ? "one" : "two") + round);
    }
  }

  private static String policy(String base, String mark) {
    var params = Json.object().put("baseHash", base);
    params.putObject("file").put("version", 1).putObject("defaults").put("ask", mark);
    return Json.text(params);
  }

  /** For what must not happen: it has not after a while either. */
  private static void staysSo(org.awaitility.core.ThrowingRunnable assertion) {
    await().during(Duration.ofMillis(700)).untilAsserted(assertion);
  }
}
