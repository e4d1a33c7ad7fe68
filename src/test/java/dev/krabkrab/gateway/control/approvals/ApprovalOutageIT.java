package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.control.approvals.TestClient.RESOLVED;
import static dev.krabkrab.gateway.control.approvals.TestClient.decision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Protocol 02 §16, E9 and E10: Redis is away, or comes back without what it knew. */
@Timeout(60)
class ApprovalOutageIT {

  @Test
  void e9_redisAwayAtTheRequest() {
    try (RedisProcess redis = RedisProcess.startEmpty();
        TestInstance a = TestInstance.start("a", redis.settings())) {
      TestClient asker = TestClient.connect(a, "asker");
      redis.stop();
      JsonNode refused = asker.answer(asker.ask("e9", "ls", 20_000));

      assertThat(refused.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(refused.at("/error/retryable").asBoolean()).isTrue();
      assertThat(asker.approvalEvents()).isEmpty();
      redis.start();
      await().until(() -> !asker.call("exec.approvals.get", "{}").isEmpty());
    }
  }

  @Test
  void e10_redisFailsWhileWaitingAndStaysAway() {
    try (RedisProcess redis = RedisProcess.startEmpty();
        TestInstance a = TestInstance.start("a", redis.settings())) {
      TestClient asker = TestClient.connect(a, "asker");
      String requested = asker.ask("e10", "ls", 1_500);
      JsonNode shown = asker.event(REQUESTED, "e10");
      redis.kill();
      JsonNode resolver = asker.decide("e10", "allow-once");
      assertThat(resolver.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
      JsonNode answer = asker.answer(requested);

      assertThat(answer.path("ok").asBoolean()).isTrue();
      assertThat(answer.at("/payload/decision").isNull()).isTrue();
      assertThat(answer.at("/payload/expiresAtMs")).isEqualTo(shown.path("expiresAtMs"));
      assertThat(asker.events(RESOLVED, "e10")).isEmpty();
      redis.start();
    }
  }

  @Test
  void e10_redisComesBackWithItsDataInTime() {
    try (RedisProcess redis = RedisProcess.startDurable()) {
      decidedAfterTheOutage(redis);
    }
  }

  @Test
  void e10_redisComesBackEmptyInTime() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      decidedAfterTheOutage(redis);
    }
  }

  @Test
  void whatTheTrailCouldNotTakeIsNotDecided() {
    RedisSettings settings = TestRedis.settings();
    try (TestInstance a = TestInstance.start("a", settings);
        TestInstance b = TestInstance.start("b", settings)) {
      TestClient asker = TestClient.connect(a, "asker");
      TestClient approver = TestClient.connect(b, "approver");
      String requested = asker.ask("e11", "ls", 30_000);
      approver.event(REQUESTED, "e11");
      b.trailWritable.set(false);
      JsonNode refused = approver.decide("e11", "allow-once");
      assertThat(refused.at("/error/code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(refused.at("/error/retryable").asBoolean()).isTrue();
      b.trailWritable.set(true);
      assertThat(approver.decide("e11", "deny").path("ok").asBoolean()).isTrue();
      assertThat(decision(asker.answer(requested))).isEqualTo("deny");
    }
  }

  /** If need be by an attempt whose answer was lost with a connection. */
  private static boolean decided(TestClient approver) {
    JsonNode answer = approver.decide("e10c", "allow-once");
    return answer.path("ok").asBoolean()
        || answer.at("/error/details/decision").asText().equals("allow-once");
  }

  private static void decidedAfterTheOutage(RedisProcess redis) {
    RedisSettings settings = redis.settings();
    try (TestInstance a = TestInstance.start("a", settings);
        TestInstance b = TestInstance.start("b", settings)) {
      TestClient asker = TestClient.connect(a, "asker");
      TestClient approver = TestClient.connect(b, "approver");
      String requested = asker.ask("e10c", "ls", 60_000);
      JsonNode shown = approver.event(REQUESTED, "e10c");
      redis.stop();
      redis.start();
      await().atMost(Duration.ofSeconds(40)).until(() -> decided(approver));

      JsonNode answer = asker.answer(requested);
      assertThat(decision(answer)).isEqualTo("allow-once");
      assertThat(answer.at("/payload/createdAtMs")).isEqualTo(shown.path("createdAtMs"));
      approver.event(RESOLVED, "e10c");
      assertThat(approver.events(REQUESTED, "e10c")).hasSize(1);
      assertThat(approver.events(RESOLVED, "e10c")).hasSize(1);
    }
  }
}
