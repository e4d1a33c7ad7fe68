package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocol 02 §16, invariants i and ii, under a random but repeatable schedule. */
@Timeout(120)
class ApprovalInvariantsIT {
  private static final int STEPS = 300;

  private final Map<String, List<JsonNode>> answers = new HashMap<>();

  private record Asked(TestClient client, String requestId, String command) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 20260921})
  void atMostOneEndAndTheAskerHearsThatOne(long seed) {
    RedisSettings redis = TestRedis.settings();
    try (TestInstance a = TestInstance.start("a", redis);
        TestInstance b = TestInstance.start("b", redis);
        TestInstance c = TestInstance.start("c", redis)) {
      List<TestInstance> instances = List.of(a, b, c);
      List<TestClient> watchers = new ArrayList<>();
      instances.forEach(
          instance ->
              watchers.add(TestClient.connect(instance, "watcher", 4, "operator.approvals")));
      List<Asked> requested = run(new Random(seed), instances, watchers);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> requested.stream().allMatch(ApprovalInvariantsIT::answered));
      everythingIsTold(instances, watchers);
      requested.forEach(this::collect);
      nobodyIsToldTwice(watchers);
      check(watchers);
    }
  }

  /** What each instance tells comes in its order: after the last that it tells there is no more. */
  private static void everythingIsTold(List<TestInstance> instances, List<TestClient> watchers) {
    for (int i = 0; i < instances.size(); i++) {
      String last = "last-" + i;
      TestClient asker = TestClient.connect(instances.get(i), "last");
      asker.ask(last, "true", 60_000);
      asker.event(REQUESTED, last);
      asker.decide(last, "deny");
      watchers.forEach(watcher -> watcher.event(RESOLVED, last));
    }
  }

  private static List<Asked> run(
      Random random, List<TestInstance> instances, List<TestClient> approvers) {
    List<Asked> requested = new ArrayList<>();
    Set<TestClient> closed = new HashSet<>();
    List<TestClient> askers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      askers.add(TestClient.connect(instances.get(i % 3), "device" + i));
    }
    Map<String, String> lastCommands = new HashMap<>();
    String[] decisions = {"allow-once", "allow-always", "deny"};
    for (int step = 0; step < STEPS; step++) {
      int who = random.nextInt(askers.size());
      // An id that is over is nobody's for another question, so fresh ones come all the time.
      String approvalId = "p" + random.nextInt(12) + "." + step / 40;
      switch (random.nextInt(12)) {
        case 0 -> {
          closed.add(askers.get(who));
          askers.get(who).close();
          askers.set(who, TestClient.connect(instances.get(random.nextInt(3)), "device" + who));
        }
        case 1, 2, 3, 4 -> {
          TestClient client = askers.get(who);
          String question = who + approvalId;
          // Half of them request again what they requested before, the others something new.
          String command =
              random.nextBoolean() && lastCommands.containsKey(question)
                  ? lastCommands.get(question)
                  : "ls " + step;
          lastCommands.put(question, command);
          String request = client.ask(approvalId, command, 50 + random.nextInt(600));
          requested.add(new Asked(client, request, command));
        }
        default -> {
          TestClient approver = approvers.get(random.nextInt(approvers.size()));
          approver.sendDecision(approvalId, decisions[random.nextInt(3)]);
        }
      }
      LockSupport.parkNanos(random.nextInt(4_000_000));
    }
    requested.removeIf(it -> closed.contains(it.client()));
    return requested;
  }

  private static boolean answered(Asked it) {
    return !it.client().answers(it.requestId()).isEmpty();
  }

  private void collect(Asked it) {
    List<JsonNode> got = it.client().answers(it.requestId());
    assertThat(got).hasSize(1);
    if (got.getFirst().path("ok").asBoolean()) {
      answers.computeIfAbsent(it.command(), id -> new ArrayList<>()).add(got.getFirst());
    } else {
      assertThat(TestClient.error(got.getFirst()))
          .isIn("approval id already pending", "approval request unavailable");
    }
  }

  private static void nobodyIsToldTwice(List<TestClient> watchers) {
    for (TestClient watcher : watchers) {
      assertThat(resolvedBySomebody(watcher)).doesNotHaveDuplicates();
    }
  }

  private static List<String> resolvedBySomebody(TestClient watcher) {
    return watcher.approvalEvents().stream()
        .filter(f -> f.path("event").asText().equals(RESOLVED))
        .map(f -> f.path("payload").toString())
        .toList();
  }

  /**
   * Every answer about a question names the end that was announced for it. A question that was
   * requested anew under the same id has several ends; then there is one for each time.
   */
  private void check(List<TestClient> watchers) {
    answers.forEach(
        (command, all) -> {
          List<String> ends =
              about(watchers, RESOLVED, command)
                  .filter(it -> !it.has("terminalReason"))
                  .map(it -> it.path("decision").asText())
                  .toList();
          Set<Long> uses = new HashSet<>();
          about(watchers, REQUESTED, command).forEach(it -> uses.add(begin(it)));
          all.forEach(answer -> uses.add(begin(answer.path("payload"))));
          assertThat(ends).as(command).hasSizeLessThanOrEqualTo(uses.size());
          for (JsonNode answer : all) {
            String decision = decision(answer);
            if (decision != null) {
              assertThat(ends).as("%s %s", command, answer).contains(decision);
            } else if (uses.size() == 1) {
              assertThat(ends).as("%s %s", command, answer).isEmpty();
            }
          }
        });
  }

  private static Stream<JsonNode> about(List<TestClient> watchers, String event, String command) {
    return watchers.stream()
        .flatMap(watcher -> watcher.approvalEvents().stream())
        .filter(frame -> frame.path("event").asText().equals(event))
        .map(frame -> frame.path("payload"))
        .filter(payload -> payload.at("/request/command").asText().equals(command))
        .distinct();
  }

  private static long begin(JsonNode payload) {
    return payload.path("createdAtMs").asLong();
  }
}
