package dev.krabkrab.gateway.access.auth;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The count of wrong secrets in Redis, which all instances share. */
@ExtendWith(VertxExtension.class)
class RateLimitStoreIT {
  private static final String EVE = "203.0.113.7";

  private RedisLink link;
  private RateLimitStore store;

  @BeforeEach
  void connect(Vertx vertx) {
    link = get(RedisLink.create(vertx, TestRedis.settings()).ready());
    store = new RateLimitStore(link);
  }

  @Test
  void ofManyAtOnceOnlyTheBudgetIsCounted() {
    RateLimitSettings limits = new RateLimitSettings(10, 60_000, 300_000, true);
    List<Future<AttemptOutcome>> burst =
        Stream.generate(() -> store.wrong(EVE, limits)).limit(50).toList();
    get(Future.all(burst));

    List<AttemptOutcome> attempts = burst.stream().map(Future::result).toList();
    assertThat(attempts.stream().filter(attempt -> attempt.waitMs() == 0)).hasSize(10);
    assertThat(attempts.stream().filter(attempt -> attempt.lockedMs() == 300_000)).hasSize(1);
    assertThat(get(store.waitMs(EVE))).isBetween(1L, 300_000L);
    assertThat(get(store.waitMs("203.0.113.8"))).isZero();
  }

  @Test
  void failuresLeaveTheWindowAndLockOutsEnd() {
    RateLimitSettings brief = new RateLimitSettings(2, 200, 200, true);
    assertThat(get(store.wrong(EVE, brief))).isEqualTo(AttemptOutcome.COUNTED);
    await().until(() -> !exists("failures"));
    assertThat(get(store.wrong(EVE, brief))).isEqualTo(AttemptOutcome.COUNTED);
    await().until(() -> get(store.wrong(EVE, brief)).lockedMs() == 200);
    assertThat(exists("failures")).isFalse();

    await().until(() -> get(store.waitMs(EVE)) == 0);
    assertThat(get(store.wrong(EVE, brief))).isEqualTo(AttemptOutcome.COUNTED);
  }

  @Test
  void aSmallerBudgetCountsWhatIsThere() {
    for (int i = 0; i < 4; i++) {
      get(store.wrong(EVE, RateLimitSettings.DEFAULT));
    }
    RateLimitSettings tighter = new RateLimitSettings(3, 60_000, 1000, true);
    assertThat(get(store.wrong(EVE, tighter))).isEqualTo(new AttemptOutcome(0, 1000));
  }

  private boolean exists(String part) {
    String key = link.settings().key("guess:" + EVE, part);
    return get(link.send(Request.cmd(Command.EXISTS).arg(key))).toInteger() == 1;
  }
}
