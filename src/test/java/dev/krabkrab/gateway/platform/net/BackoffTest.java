package dev.krabkrab.gateway.platform.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long is waited between attempts. */
class BackoffTest {
  private static final Backoff WAITS = new Backoff(1_000, 30_000);

  private final Random random = new Random(1);
  private final AtomicLong now = new AtomicLong();
  private final Backoff.Attempts attempts = WAITS.attempts(random, now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000",
    "2, 2000",
    "3, 4000",
    "5, 16000",
    "6, 30000",
    "7, 30000",
    "64, 30000",
    "9223372036854775807, 30000"
  })
  void eachWaitIsTwiceTheOneBeforeUpToTheLongest(long failures, long floor) {
    List<Long> waits = Stream.generate(() -> WAITS.waitMs(failures, 0, random)).limit(200).toList();
    assertThat(waits).allSatisfy(ms -> assertThat(ms).isBetween(floor, floor + floor / 2));
    assertThat(waits.stream().distinct().count()).as("they differ").isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({"0, 1000", "999, 1000", "5000, 5000", "60000, 60000"})
  void aPeerIsLeftAloneForAsLongAsItAsks(long asked, long floor) {
    for (int i = 0; i < 200; i++) {
      assertThat(WAITS.waitMs(1, asked, random)).isBetween(floor, floor + 500);
    }
  }

  @Test
  void aSteadyWaitDoesNotGrow() {
    assertThat(Backoff.steady(500).waitMs(20, 0, random)).isBetween(500L, 750L);
    assertThatIllegalArgumentException().isThrownBy(() -> Backoff.steady(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(100, 50));
  }

  @Test
  void aPeerThatAnswersWellAndHangsUpIsNotHurriedBackTo() {
    for (long floor : new long[] {1_000, 2_000, 4_000, 8_000}) {
      attempts.serving();
      pass(Duration.ofSeconds(29));
      attempts.serving();
      assertThat(attempts.isTrusted()).isFalse();
      assertThat(attempts.nextMs()).isBetween(floor, floor + floor / 2);
    }
    attempts.serving();
    pass(Duration.ofSeconds(30));
    assertThat(attempts.isTrusted()).isTrue();
    assertThat(attempts.nextMs()).isBetween(1_000L, 1_500L);
    assertThat(attempts.failures()).isOne();
    attempts.reset();
    assertThat(attempts.failures()).isZero();
  }

  @Test
  void aPeerThatAnswersAtOnceHasTheRestOfTheFirstWait() {
    attempts.begin();
    pass(Duration.ofMillis(600));
    assertThat(attempts.restMs()).isBetween(400L, 900L);
    pass(Duration.ofMillis(901));
    assertThat(attempts.restMs()).isZero();
  }
}
