package dev.krabkrab.gateway.access.audit;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis is away while something has to be entered. */
class AuditOutageIT {
  private final Vertx vertx = Vertx.vertx();
  private final RedisProcess redis = RedisProcess.startDurable();
  private final Auditor auditor = new Auditor(vertx, redis.settings(), "a", AuditSettings.DEFAULT);

  @AfterEach
  void close() {
    get(vertx.close());
    redis.close();
  }

  @Test
  void anEntryWhoseAnswerWasLostIsEnteredOnce() {
    get(auditor.service().enter(Auditor.event(1)));
    redis.pause();
    Future<Void> second = auditor.service().enter(Auditor.event(2));
    auditor.service().note(Auditor.event(3));
    assertThatThrownBy(() -> get(second)).isInstanceOf(RedisUnavailableException.class);
    redis.resume();
    get(auditor.service().flush(14_000));

    assertThat(numbers()).containsExactly(1, 2, 3);
    assertThat(auditor.verify()).isNull();
  }

  @Test
  void anEntryWaitsForARedisThatComesBack() {
    auditor.enter(1);
    redis.kill();
    Future<Void> refused = auditor.service().enter(Auditor.event(2));
    assertThatThrownBy(() -> get(refused)).isInstanceOf(RedisUnavailableException.class);
    redis.start();
    get(auditor.service().flush(14_000));

    assertThat(numbers()).contains(2).doesNotHaveDuplicates();
    assertThat(auditor.verify()).isNull();
  }

  @Test
  void whatIsTooMuchIsCountedAndTheTrailSaysSo() {
    auditor.enter(1);
    redis.pause();
    for (int i = 0; i < AuditWriter.MOST_WAITING + 7; i++) {
      auditor.service().note(Auditor.event(i + 2));
    }
    assertThatThrownBy(() -> get(auditor.service().enter(Auditor.event(0))))
        .isInstanceOf(RedisUnavailableException.class);
    redis.resume();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> auditor.everything().entries().size() == AuditWriter.MOST_WAITING + 2);
    List<JsonNode> gaps =
        auditor.everything().entries().stream()
            .map(entry -> (JsonNode) Json.parseObject(entry.text()))
            .filter(entry -> entry.path("action").asText().equals("audit.gap"))
            .toList();
    assertThat(gaps).hasSize(1);
    assertThat(gaps.getFirst().at("/details/count").asInt()).isEqualTo(7);
    assertThat(auditor.verify()).isNull();
  }

  private List<Integer> numbers() {
    return auditor.everything().entries().stream()
        .map(entry -> Json.parseObject(entry.text()).at("/details/n").asInt())
        .toList();
  }
}
