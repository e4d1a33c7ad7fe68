package dev.krabkrab.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The count of wrong secrets in Redis, which all instances share. */
class GuessStoreIT {
  private static final String EVE = "203.0.113.7";

  private final Vertx vertx = Vertx.vertx();
  private final RedisLink link = RedisLink.create(vertx, TestRedis.settings());
  private final GuessStore store = new GuessStore(link);

  @BeforeEach
  void connect() throws TimeoutException {
    get(link.ready());
  }

  @AfterEach
  void close() throws TimeoutException {
    get(vertx.close());
  }

  @Test
  void ofManyAtOnceOnlyTheBudgetIsCounted() throws TimeoutException {
    GuessLimits limits = new GuessLimits(10, 60_000, 300_000, true);
    List<Future<Guess>> burst = Stream.generate(() -> store.wrong(EVE, limits)).limit(50).toList();
    get(Future.all(burst));

    List<Guess> guesses = burst.stream().map(Future::result).toList();
    assertThat(guesses.stream().filter(guess -> guess.waitMs() == 0)).hasSize(10);
    assertThat(guesses.stream().filter(guess -> guess.lockedMs() == 300_000)).hasSize(1);
    assertThat(get(store.waitMs(EVE))).isBetween(1L, 300_000L);
    assertThat(get(store.waitMs("203.0.113.8"))).isZero();
  }

  @Test
  void failuresLeaveTheWindowAndLockOutsEnd() throws TimeoutException {
    GuessLimits brief = new GuessLimits(2, 200, 200, true);
    assertThat(get(store.wrong(EVE, brief))).isEqualTo(Guess.COUNTED);
    await().until(() -> !exists("failures"));
    assertThat(get(store.wrong(EVE, brief))).isEqualTo(Guess.COUNTED);
    await().until(() -> get(store.wrong(EVE, brief)).lockedMs() == 200);
    assertThat(exists("failures")).isFalse();

    await().until(() -> get(store.waitMs(EVE)) == 0);
    assertThat(get(store.wrong(EVE, brief))).isEqualTo(Guess.COUNTED);
  }

  @Test
  void aSmallerBudgetCountsWhatIsThere() throws TimeoutException {
    for (int i = 0; i < 4; i++) {
      get(store.wrong(EVE, GuessLimits.DEFAULT));
    }
    GuessLimits tighter = new GuessLimits(3, 60_000, 1000, true);
    assertThat(get(store.wrong(EVE, tighter))).isEqualTo(new Guess(0, 1000));
  }

  private boolean exists(String part) throws TimeoutException {
    String key = link.settings().key("guess:" + EVE, part);
    return get(link.send(Request.cmd(Command.EXISTS).arg(key))).toInteger() == 1;
  }

  private static <T> T get(Future<T> future) throws TimeoutException {
    return future.await(10, TimeUnit.SECONDS);
  }
}
