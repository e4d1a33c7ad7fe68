package dev.krabkrab.gateway.agent.models;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The wait that a provider requests: {@code Retry-After} of HTTP, and OpenAI's finer one. */
final class RetryAfter {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final long LONGEST_MS = 86_400_000L * 30;

  private RetryAfter() {}

  /**
   * Reads headers.
   *
   * @param header by name; null for one that there is none of
   * @param now where the provider does not say what time it is
   * @return milliseconds; 0 when it does not say
   */
  static long ms(Function<String, @Nullable String> header, Instant now) {
    String fine = header.apply("retry-after-ms");
    if (fine != null && NUMBER.matcher(fine.strip()).matches()) {
      return bounded(Double.parseDouble(fine.strip()));
    }
    String value = header.apply("retry-after");
    if (value == null || value.isBlank()) {
      return 0;
    }
    String text = value.strip();
    if (NUMBER.matcher(text).matches()) {
      return bounded(Double.parseDouble(text) * 1_000);
    }
    Instant due = date(text);
    if (due == null) {
      return 0;
    }
    // By the provider's own clock where it tells it: ours may be wrong.
    String date = header.apply("date");
    Instant there = date == null ? null : date(date.strip());
    return bounded(due.toEpochMilli() - (double) (there == null ? now : there).toEpochMilli());
  }

  private static long bounded(double ms) {
    return (long) Math.ceil(Math.max(0, Math.min(LONGEST_MS, ms)));
  }

  private static @Nullable Instant date(String text) {
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
          .toInstant();
    } catch (DateTimeException e) {
      return iso(text);
    }
  }

  private static @Nullable Instant iso(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
