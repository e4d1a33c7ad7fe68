package dev.krabkrab.gateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When operations of an open loop have to begin. */
class ScheduleTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void momentsAreEvenlySpreadAndDoNotDrift() {
    Schedule schedule = new Schedule(5, 3);
    assertThat(schedule.intended(0)).isEqualTo(5);
    assertThat(schedule.intended(1)).isEqualTo(5 + SECOND / 3);
    assertThat(schedule.intended(2)).isEqualTo(5 + SECOND * 2 / 3);
    assertThat(schedule.intended(3)).isEqualTo(5 + SECOND);
    assertThat(schedule.intended(3_000_000_001L))
        .isEqualTo(5 + 1_000_000_000L * SECOND + SECOND / 3);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 1000000000, 1",
    "1, 1000000001, 2",
    "1000, 250000000, 250",
    "3, 1000000000, 3",
    "1000000, 86400000000000, 86400000000",
    "7, 0, 0"
  })
  void aSpanHasAsManyAsBeginInIt(int rate, long nanos, long expected) {
    Schedule schedule = new Schedule(0, rate);
    assertThat(schedule.within(nanos)).isEqualTo(expected);
    if (expected > 0) {
      assertThat(schedule.intended(expected - 1)).isLessThan(nanos);
    }
    assertThat(schedule.intended(expected)).isGreaterThanOrEqualTo(nanos);
  }
}
