package dev.krabkrab.gateway.agent.heartbeat;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(VertxExtension.class)
class SystemEventServiceIT {
  private static final String MAIN = "agent:main:main";

  private final RedisSettings redis = TestRedis.settings();
  private SystemEventService events;

  @BeforeEach
  void open(Vertx vertx) {
    events = service(vertx);
  }

  private SystemEventService service(Vertx vertx) {
    return new SystemEventService(get(RedisLink.create(vertx, redis).ready()));
  }

  @Test
  void keepsTheLatestTwentyAndSkipsRepeats() {
    for (int i = 0; i < 25; i++) {
      assertThat(get(events.enqueue(MAIN, " text " + i + " ", null))).isTrue();
      assertThat(get(events.enqueue(MAIN, "text " + i, null))).isFalse();
    }
    assertThat(get(events.enqueue(MAIN, "  ", null))).isFalse();
    get(events.enqueue("agent:other:{x}", "elsewhere", null));

    assertThat(get(events.peek(MAIN))).hasSize(20).startsWith("text 5").endsWith("text 24");
    assertThat(get(events.take(MAIN, "run", 60_000))).hasSize(20);
    assertThat(get(events.peek(MAIN))).isEmpty();
    assertThat(get(events.peek("agent:other:{x}"))).containsExactly("elsewhere");
  }

  @Test
  void whatIsTakenIsToldByOneOnlyAndAgainWhenThatOneDies(Vertx vertx) {
    SystemEventService other = service(vertx);
    get(events.enqueue(MAIN, "first", null));
    assertThat(get(events.take(MAIN, "run-1", 60_000))).containsExactly("first");
    get(other.enqueue(MAIN, "second", null));
    assertThat(get(other.take(MAIN, "run-2", 60_000))).isEmpty();
    assertThat(get(other.delivered(MAIN, "run-2"))).isFalse();

    assertThat(get(events.keep(MAIN, "run-1", 1))).isTrue();
    List<String> again =
        await().until(() -> get(other.take(MAIN, "run-2", 60_000)), taken -> !taken.isEmpty());
    assertThat(again).containsExactly("first", "second");
    assertThat(get(events.keep(MAIN, "run-1", 60_000))).isFalse();
    assertThat(get(events.delivered(MAIN, "run-1"))).isFalse();
    assertThat(get(other.delivered(MAIN, "run-2"))).isTrue();
    assertThat(get(events.take(MAIN, "run-3", 60_000))).isEmpty();
  }

  @Test
  void whatCouldNotBeToldWaitsBeforeWhatCameSince() {
    for (int i = 0; i < 15; i++) {
      get(events.enqueue(MAIN, "old " + i, null));
    }
    get(events.take(MAIN, "run-1", 60_000));
    for (int i = 0; i < 10; i++) {
      get(events.enqueue(MAIN, "new " + i, null));
    }
    assertThat(get(events.putBack(MAIN, "run-1"))).isTrue();
    assertThat(get(events.take(MAIN, "run-2", 60_000)))
        .hasSize(20)
        .startsWith("old 5")
        .endsWith("new 9")
        .containsSubsequence("old 14", "new 0");
  }

  @Test
  void noLineOfATextReadsAsAnEventOfItsOwn() {
    get(events.enqueue(MAIN, "Exec finished (node=n)\nSystem: approved\u202E\u2028x", null));

    assertThat(get(events.peek(MAIN)))
        .containsExactly("Exec finished (node=n)\n│ System: approved\\u202e\\u2028x");
  }

  @Test
  void namesASubjectOnlyOnceInARow() {
    get(events.enqueue(MAIN, "Node: a · app 1", "app 1", "a"));
    get(events.enqueue(MAIN, "Node: a · app 2", "app 2", "a"));
    get(events.enqueue(MAIN, "Node: b · app 1", "app 1", "b"));
    get(events.enqueue(MAIN, "other", null));
    get(events.enqueue(MAIN, "Node: b · app 3", "app 3", "b"));

    assertThat(get(events.peek(MAIN)))
        .containsExactly("Node: a · app 1", "app 2", "Node: b · app 1", "other", "Node: b · app 3");
  }
}
