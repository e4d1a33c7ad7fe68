package dev.krabkrab.gateway.agent.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocol 03 §22.1, §22.3. Clocks change on 2026-03-29 and 2026-10-25 in Berlin. */
class CronExpressionTest {
  private static final String BERLIN = "Europe/Berlin";

  private static List<String> next(String expr, String tz, String after, int count) {
    CronExpression expression = CronExpression.of(expr, tz);
    List<String> found = new ArrayList<>();
    OptionalLong at = OptionalLong.of(Instant.parse(after).toEpochMilli());
    for (int i = 0; i < count && at.isPresent(); i++) {
      at = expression.next(at.getAsLong());
      at.ifPresent(ms -> found.add(Instant.ofEpochMilli(ms).toString()));
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/15 * * * *      | UTC     | 2026-01-01T00:00:00Z | 2026-01-01T00:15:00Z",
        "0 9 * * 1-5       | UTC     | 2026-01-02T09:00:00Z | 2026-01-05T09:00:00Z",
        "0 9 * * MON-FRI   | UTC     | 2026-01-02T09:00:00Z | 2026-01-05T09:00:00Z",
        "0 0 * * 7         | UTC     | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
        "0 0 * * 0         | UTC     | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
        "0 0 ? * ?         | UTC     | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z",
        "0 0 13 * 5        | UTC     | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z",
        "0 0 L * *         | UTC     | 2026-02-01T00:00:00Z | 2026-02-28T00:00:00Z",
        "0 0 * * 1#2       | UTC     | 2026-01-01T00:00:00Z | 2026-01-12T00:00:00Z",
        "0 0 29 2 *        | UTC     | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
        "0 0 1 JAN,jul *   | UTC     | 2026-01-01T00:00:00Z | 2026-07-01T00:00:00Z",
        "30 * * * * *      | UTC     | 2026-01-01T00:00:00Z | 2026-01-01T00:00:30Z",
        "* * * * * *       | UTC     | 2026-01-01T00:00:00.631Z | 2026-01-01T00:00:01Z",
        "0 0 12 * * * 2027 | UTC     | 2026-01-01T00:00:00Z | 2027-01-01T12:00:00Z",
        "0 9 * * SUN-THU   | UTC     | 2026-01-01T09:00:00Z | 2026-01-04T09:00:00Z",
        "0 9 * * sun-thu   | UTC     | 2026-01-08T09:00:00Z | 2026-01-11T09:00:00Z",
        "0 9 * * SUN-SAT   | UTC     | 2026-01-01T09:00:00Z | 2026-01-02T09:00:00Z",
        "0 9 * * SUN-TUE/2 | UTC     | 2026-01-04T09:00:00Z | 2026-01-06T09:00:00Z",
        "0 9 * * 7-2       | UTC     | 2026-01-06T09:00:00Z | 2026-01-11T09:00:00Z",
        "0 9 * * WED,SUN-MON | UTC   | 2026-01-01T09:00:00Z | 2026-01-04T09:00:00Z",
        "0 9 * * FRI-SUN   | UTC     | 2026-01-03T09:00:00Z | 2026-01-04T09:00:00Z",
        "0 9 * * 5-7       | UTC     | 2026-01-04T09:00:00Z | 2026-01-09T09:00:00Z",
        "0 0 9 * * SUN-THU | UTC     | 2026-01-01T09:00:00Z | 2026-01-04T09:00:00Z",
        "0 0 9 * * SUN-THU 2027 | UTC | 2026-01-01T09:00:00Z | 2027-01-03T09:00:00Z",
        "0 9 * * SUN#2     | UTC     | 2026-01-01T09:00:00Z | 2026-01-11T09:00:00Z",
        "0 9 * * SUN       | UTC     | 2026-01-01T09:00:00Z | 2026-01-04T09:00:00Z",
        "0 9 * * *         | America/New_York | 2026-01-01T00:00:00Z | 2026-01-01T14:00:00Z",
        "0 9 * * *         | Asia/Kolkata     | 2026-01-01T00:00:00Z | 2026-01-01T03:30:00Z",
      })
  void findsTheNextMatch(String expr, String tz, String after, String expected) {
    assertThat(next(expr, tz, after, 1)).containsExactly(expected);
  }

  @Test
  void aTimeOfDayStaysWhereTheClocksAreChanged() {
    assertThat(next("0 9 * * *", BERLIN, "2026-03-27T12:00:00Z", 3))
        .containsExactly("2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z");
    assertThat(next("0 9 * * *", BERLIN, "2026-10-23T12:00:00Z", 3))
        .containsExactly("2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z", "2026-10-26T08:00:00Z");
  }

  @Test
  void whatFallsIntoTheMissingHourRunsAnHourLater() {
    assertThat(next("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", 3))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
  }

  @Test
  void allDueTimesOfAMissingHourRunAnHourLater() {
    assertThat(next("*/10 2 * * *", BERLIN, "2027-03-28T00:30:00Z", 7))
        .containsExactly(
            "2027-03-28T01:00:00Z",
            "2027-03-28T01:10:00Z",
            "2027-03-28T01:20:00Z",
            "2027-03-28T01:30:00Z",
            "2027-03-28T01:40:00Z",
            "2027-03-28T01:50:00Z",
            "2027-03-29T00:00:00Z");
  }

  /**
   * Compares with every minute of the clock around each change, moved where it is left out, once
   * where it comes twice.
   */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026, 2028",
    "America/New_York, 2005, 2008",
    "America/Sao_Paulo, 2015, 2019",
    "Australia/Lord_Howe, 2026, 2028",
    "Africa/Casablanca, 2024, 2027",
    "Asia/Beirut, 2021, 2024",
    "Africa/Cairo, 2023, 2026",
    "America/Havana, 2026, 2027",
    "Asia/Tehran, 2020, 2023",
    "Pacific/Apia, 2011, 2012",
    "Pacific/Chatham, 2026, 2027",
    "Antarctica/Troll, 2026, 2027",
    "Asia/Pyongyang, 2015, 2018",
    "America/Caracas, 2007, 2016",
    "Europe/London, 2026, 2027",
    "Asia/Kolkata, 2026, 2026"
  })
  void everyChangeOfTheClockAgreesWithAllItsMinutes(String zone, int from, int to) {
    for (String[] times : TIMES) {
      ZoneId id = ZoneId.of(zone);
      Instant at = Instant.parse(from + "-01-01T00:00:00Z");
      Instant end = Instant.parse(to + "-12-31T00:00:00Z");
      for (var change = id.getRules().nextTransition(at);
          change != null && change.getInstant().isBefore(end);
          change = id.getRules().nextTransition(change.getInstant())) {
        Instant begin = change.getInstant().minus(Duration.ofHours(30));
        List<String> expected =
            everyMinute(id, change.getDateTimeBefore().minusHours(50), times).stream()
                .filter(due -> due.isAfter(begin))
                .limit(40)
                .map(Instant::toString)
                .toList();
        assertThat(next(times[0] + " " + times[1] + " * * *", zone, begin.toString(), 40))
            .as("%s %s in %s at %s", times[0], times[1], zone, change)
            .isEqualTo(expected);
      }
    }
  }

  /** Minutes and hours that mean a time of day. */
  private static final String[][] TIMES = {
    {"30", "2"}, {"*/10", "2"}, {"0", "0"}, {"0,45", "0,2,3"}, {"20,35", "1-3"}, {"15", "23"}
  };

  private static List<Instant> everyMinute(ZoneId zone, LocalDateTime from, String[] times) {
    TreeSet<Instant> due = new TreeSet<>();
    LocalDateTime minute = from.truncatedTo(ChronoUnit.MINUTES);
    for (int i = 0; i < 50 * 24 * 60; i++) {
      if (isIn(minute.getMinute(), times[0]) && isIn(minute.getHour(), times[1])) {
        due.add(minute.atZone(zone).toInstant());
      }
      minute = minute.plusMinutes(1);
    }
    return List.copyOf(due);
  }

  private static boolean isIn(int value, String field) {
    return switch (field) {
      case "*/10" -> value % 10 == 0;
      case "1-3" -> value >= 1 && value <= 3;
      default -> List.of(field.split(",")).contains(Integer.toString(value));
    };
  }

  @Test
  void aTimeThatComesTwiceRunsOnce() {
    assertThat(next("30 2 * * *", BERLIN, "2026-10-24T00:00:00Z", 3))
        .containsExactly("2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    // Asked in the second of the two hours, it is not answered with the first.
    assertThat(next("30 2 * * *", BERLIN, "2026-10-25T01:15:00Z", 1))
        .containsExactly("2026-10-26T01:30:00Z");
  }

  @Test
  void intervalsGoOnThroughBothChanges() {
    assertThat(next("*/30 * * * *", BERLIN, "2026-03-29T00:15:00Z", 4))
        .containsExactly(
            "2026-03-29T00:30:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-29T01:30:00Z",
            "2026-03-29T02:00:00Z");
    assertThat(next("*/30 * * * *", BERLIN, "2026-10-24T23:45:00Z", 6))
        .containsExactly(
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:00:00Z",
            "2026-10-25T02:30:00Z");
  }

  @Test
  void ofWhatNeverComesThereIsNone() {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 10 && best >= 1_000_000_000L; i++) {
      long began = System.nanoTime();
      assertThat(next("0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z", 1)).isEmpty();
      assertThat(next("0 0 0 1 1 * 2020", "UTC", "2026-01-01T00:00:00Z", 1)).isEmpty();
      best = Math.min(best, System.nanoTime() - began);
    }
    assertThat(best).as("nanoseconds").isLessThan(1_000_000_000L);
  }

  @Test
  void withoutAZoneItIsTheHostsOwn() {
    String host = TimeZone.getDefault().getID();
    assertThat(next("0 9 * * *", " ", "2026-01-01T00:00:00Z", 1))
        .isEqualTo(next("0 9 * * *", host, "2026-01-01T00:00:00Z", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz", "* * * *", "* * * * * * * *", ""})
  void aWrongNumberOfFieldsIsRefusedInTheReferencesWords(String expr) {
    assertThatThrownBy(() -> CronExpression.of(expr, "UTC"))
        .hasMessage(
            "TypeError: CronPattern: invalid configuration format ('"
                + expr
                + "'), exactly five, six, or seven space separated parts are required.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"61 * * * *", "* 25 * * *", "* * 0 * *", "* * * 13 *", "a b c d e", "*/0 * * * *"})
  void whatMeansNothingIsRefusedByName(String expr) {
    assertThatThrownBy(() -> CronExpression.of(expr, "UTC"))
        .hasMessageStartingWith("Error: invalid schedule.expr: ");
  }

  @Test
  void anUnknownZoneIsRefusedByName() {
    assertThatThrownBy(() -> CronExpression.of("* * * * *", "Mars/Base"))
        .hasMessage("Error: invalid schedule.tz: unknown time zone");
  }
}
