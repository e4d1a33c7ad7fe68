package dev.krabkrab.gateway.cron;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.krabkrab.gateway.protocol.GatewayError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression of five fields, six with seconds in front, seven with years behind, in a time
 * zone. Protocol 03 §22.1.
 *
 * <p>Where clocks are put forward, what falls into the missing hour runs that much later; where
 * they are put back, a fixed time of day that comes twice runs the first time. Expressions whose
 * hour begins with {@code *} follow the time that passes instead: they go on through both changes.
 */
final class CronExpression {
  private static final int FEWEST_FIELDS = 5;
  private static final int MOST_FIELDS = 7;

  /** Longest expression, in characters. */
  private static final int LONGEST = 256;

  /** Ambiguous times that a search may meet in a row before it goes on. */
  private static final int MOST_STEPS = 1_000;

  private static final CronParser FIVE = new CronParser(definition(false, false));
  private static final CronParser SIX = new CronParser(definition(true, false));
  private static final CronParser SEVEN = new CronParser(definition(true, true));

  private final ExecutionTime times;
  private final ZoneId zone;
  private final boolean everyHour;

  private CronExpression(ExecutionTime times, ZoneId zone, boolean everyHour) {
    this.times = times;
    this.zone = zone;
    this.everyHour = everyHour;
  }

  /**
   * Reads an expression.
   *
   * @param tz IANA name of a zone; the host's own when null or blank
   * @throws GatewayError when the expression or the zone means nothing
   */
  static CronExpression of(String expr, @Nullable String tz) {
    String clean = expr.strip();
    String[] fields = clean.split("\\s+");
    if (fields.length < FEWEST_FIELDS || fields.length > MOST_FIELDS || clean.length() > LONGEST) {
      String shown = clean.length() > LONGEST ? "..." : clean;
      throw GatewayError.unavailable(
          "TypeError: CronPattern: invalid configuration format ('"
              + shown
              + "'), exactly five, six, or seven space separated parts are required.");
    }
    // Cron dialects use the question mark for "any".
    String known = String.join(" ", fields).replace('?', '*');
    String hour = fields[fields.length == FEWEST_FIELDS ? 1 : 2];
    try {
      CronParser parser = fields.length == FEWEST_FIELDS ? FIVE : fields.length == 6 ? SIX : SEVEN;
      Cron cron = parser.parse(known);
      return new CronExpression(ExecutionTime.forCron(cron), zone(tz), hour.startsWith("*"));
    } catch (IllegalArgumentException e) {
      throw GatewayError.unavailable("Error: invalid schedule.expr: " + e.getMessage());
    }
  }

  private static ZoneId zone(@Nullable String tz) {
    try {
      return tz == null || tz.isBlank() ? ZoneId.systemDefault() : ZoneId.of(tz.strip());
    } catch (DateTimeException e) {
      throw GatewayError.unavailable("Error: invalid schedule.tz: unknown time zone");
    }
  }

  /** The first match after a moment, in milliseconds since 1970; empty when there is none. */
  OptionalLong next(long afterMs) {
    Instant after = Instant.ofEpochMilli(afterMs);
    return everyHour ? passing(after) : timeOfDay(after);
  }

  /** Matches the clock's time as if it never were changed, from one change to the next. */
  private OptionalLong passing(Instant after) {
    ZoneOffset offset = zone.getRules().getOffset(after);
    ZoneOffsetTransition change = zone.getRules().nextTransition(after);
    Instant found = match(after.atOffset(offset).toLocalDateTime(), offset);
    if (change == null || (found != null && found.isBefore(change.getInstant()))) {
      return milliseconds(found);
    }
    // The moment of the change itself belongs to the clock after it.
    LocalDateTime before = change.getDateTimeAfter().minusNanos(1);
    return milliseconds(match(before, change.getOffsetAfter()));
  }

  private OptionalLong timeOfDay(Instant after) {
    LocalDateTime from = after.atZone(zone).toLocalDateTime();
    for (int step = 0; step < MOST_STEPS; step++) {
      LocalDateTime match = match(from);
      if (match == null) {
        return OptionalLong.empty();
      }
      from = match;
      Instant found = from.atZone(zone).toInstant();
      if (found.isAfter(after)) {
        return milliseconds(found);
      }
    }
    return OptionalLong.empty();
  }

  private @Nullable Instant match(LocalDateTime from, ZoneOffset offset) {
    LocalDateTime match = match(from);
    return match == null ? null : match.toInstant(offset);
  }

  /** The next match on a clock that is never changed; fractions of a second would live on in it. */
  private @Nullable LocalDateTime match(LocalDateTime from) {
    return times
        .nextExecution(from.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toLocalDateTime)
        .orElse(null);
  }

  private static OptionalLong milliseconds(@Nullable Instant found) {
    return found == null ? OptionalLong.empty() : OptionalLong.of(found.toEpochMilli());
  }

  private static CronDefinition definition(boolean seconds, boolean years) {
    CronDefinitionBuilder fields = CronDefinitionBuilder.defineCron();
    if (seconds) {
      fields.withSeconds().withStrictRange().and();
    }
    fields.withMinutes().withStrictRange().and();
    fields.withHours().withStrictRange().and();
    fields.withDayOfMonth().supportsL().supportsW().supportsLW().withStrictRange().and();
    fields.withMonth().withStrictRange().and();
    fields
        .withDayOfWeek()
        .withValidRange(0, 7)
        .withMondayDoWValue(1)
        .withIntMapping(7, 0)
        .supportsHash()
        .supportsL()
        .withStrictRange()
        .and();
    if (years) {
      fields.withYear().withStrictRange().and();
    }
    return fields.instance();
  }
}
