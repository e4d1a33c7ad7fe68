package dev.krabkrab.gateway.agent.cron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Protocol 03 §22.3. */
class CronScheduleTest {
  private static CronSchedule schedule(String json, long setAtMs) {
    return CronSchedule.of(Objects.requireNonNull(Json.tryParse(json)), setAtMs);
  }

  @Test
  void aTimeIsDueOnceAlsoWhenItIsPast() {
    CronSchedule at = schedule("{\"kind\":\"at\",\"atMs\":5000}", 0);
    assertThat(at.first(1_000)).hasValue(5_000);
    assertThat(at.first(9_000)).hasValue(5_000);
    assertThat(at.next(5_000)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void intervalsCountFromTheirAnchor() {
    CronSchedule every = schedule("{\"kind\":\"every\",\"everyMs\":1000,\"anchorMs\":300}", 77);
    assertThat(every.first(100)).hasValue(300);
    assertThat(every.first(300)).hasValue(1_300);
    assertThat(every.next(5_299)).hasValue(5_300);
    assertThat(every.next(5_300)).hasValue(6_300);
  }

  /** However late one run is, the next one is where it would have been. */
  @Test
  void withoutAnAnchorTheyCountFromWhenTheyWereSet() {
    CronSchedule every = schedule("{\"kind\":\"every\",\"everyMs\":60000}", 1_000);
    assertThat(every.first(1_000)).hasValue(61_000);
    assertThat(every.next(61_007)).hasValue(121_000);
    assertThat(every.next(300_500)).hasValue(301_000);
  }

  @Test
  void nothingIsDueMoreOftenThanOnceASecondOrBeyondAllNumbers() {
    assertThat(schedule("{\"kind\":\"every\",\"everyMs\":1}", 0).next(10)).hasValue(1_000);
    CronSchedule far =
        schedule("{\"kind\":\"every\",\"everyMs\":9000000000000000000}", Long.MAX_VALUE);
    assertThat(far.next(1_000)).hasValue(2 * CronSchedule.LONGEST_MS);
  }
}
