package dev.krabkrab.gateway.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as people write it: so long ago ({@code 30m}, {@code 24h}, {@code 7d}), or ISO 8601. */
final class Moment {
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

  private Moment() {}

  /** Epoch milliseconds. */
  static long of(String text, long nowMs) {
    Matcher ago = AGO.matcher(text.strip());
    if (ago.matches()) {
      long amount = Long.parseLong(ago.group(1));
      Duration span =
          switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      return Math.max(0, nowMs - span.toMillis());
    }
    try {
      return Math.max(0, Instant.parse(text.strip()).toEpochMilli());
    } catch (DateTimeException e) {
      throw CliException.usage(
          "'" + text + "' is no moment", "Write 30m, 24h, 7d or 2026-01-31T12:00:00Z.");
    }
  }
}
