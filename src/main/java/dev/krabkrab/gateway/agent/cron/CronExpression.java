package dev.krabkrab.gateway.agent.cron;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.OptionalLong;
import java.util.regex.Pattern;
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

  /** Changes of the clock looked at for a time that it leaves out: ten years and more. */
  private static final int MOST_GAPS = 24;

  private static final Pattern SUNDAY_BEFORE_A_RANGE =
      Pattern.compile("(?<![A-Za-z0-9#])(?:SUN|7)(?=-)", Pattern.CASE_INSENSITIVE);

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
    int day = fields.length == FEWEST_FIELDS ? 4 : 5;
    fields[day] = sundayFirst(fields[day]);
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

  /** Sunday begins a range as 0 and ends one as 7; by itself it is either. */
  private static String sundayFirst(String days) {
    return SUNDAY_BEFORE_A_RANGE.matcher(days).replaceAll("0");
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
    Instant shown = onTheClock(after);
    Instant moved = moved(after, shown);
    return milliseconds(moved == null ? shown : moved);
  }

  /** The next match that the clock shows, for the first time where it shows it twice. */
  private @Nullable Instant onTheClock(Instant after) {
    LocalDateTime from = after.atZone(zone).toLocalDateTime();
    for (int step = 0; step < MOST_STEPS; step++) {
      LocalDateTime match = match(from);
      if (match == null) {
        return null;
      }
      ZoneOffsetTransition change = zone.getRules().getTransition(match);
      if (change != null && change.isGap()) {
        // What the clock leaves out is moved; it goes on behind it.
        from = change.getDateTimeAfter().minusSeconds(1);
        continue;
      }
      from = match;
      Instant found = from.atZone(zone).toInstant();
      if (found.isAfter(after)) {
        return found;
      }
    }
    return null;
  }

  /**
   * The next match that the clock leaves out, as much later as it was put forward; null when there
   * is none before a moment.
   */
  private @Nullable Instant moved(Instant after, @Nullable Instant before) {
    Instant from = after;
    ZoneOffsetTransition last = zone.getRules().previousTransition(after.plusNanos(1));
    if (last != null
        && last.isGap()
        && after.isBefore(last.getInstant().plus(last.getDuration()))) {
      from = last.getInstant().minusNanos(1);
    }
    for (int step = 0; step < MOST_GAPS; step++) {
      ZoneOffsetTransition change = zone.getRules().nextTransition(from);
      if (change == null || (before != null && !change.getInstant().isBefore(before))) {
        return null;
      }
      from = change.getInstant();
      if (change.isGap()) {
        LocalDateTime begin = after.atOffset(change.getOffsetBefore()).toLocalDateTime();
        LocalDateTime gap = change.getDateTimeBefore();
        LocalDateTime match = match(begin.isBefore(gap) ? gap.minusSeconds(1) : begin);
        if (match != null && match.isBefore(change.getDateTimeAfter())) {
          Instant found = match.toInstant(change.getOffsetBefore());
          return before == null || found.isBefore(before) ? found : null;
        }
      }
    }
    return null;
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
