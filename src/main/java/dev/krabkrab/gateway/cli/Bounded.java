package dev.krabkrab.gateway.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number or a time on the command line, within bounds: what is outside of them is refused before
 * anything is sent. An option of such a type names one of the kinds below.
 *
 * @param <T> type of the option
 */
abstract class Bounded<T> implements ITypeConverter<T> {
  private final long least;
  private final long most;

  /** Both bounds are allowed. */
  private Bounded(long least, long most) {
    this.least = least;
    this.most = most;
  }

  long least() {
    return least;
  }

  long most() {
    return most;
  }

  /** The amount as it is written on the command line. */
  abstract String written(long amount);

  /** The amount, in the unit of the bounds. */
  abstract long read(String text);

  abstract T value(long amount);

  @Override
  public final T convert(String text) {
    long amount;
    try {
      amount = read(text.strip());
    } catch (ArithmeticException | NumberFormatException e) {
      throw refused(text);
    }
    if (amount < least || amount > most) {
      throw refused(text);
    }
    return value(amount);
  }

  private TypeConversionException refused(String text) {
    return new TypeConversionException(
        "'" + text + "' is not " + what() + " from " + written(least) + " to " + written(most));
  }

  abstract String what();

  /** A whole number. */
  abstract static class Whole extends Bounded<Integer> {
    private static final Pattern FORM = Pattern.compile("-?\\d{1,18}");

    private Whole(int least, int most) {
      super(least, most);
    }

    @Override
    String written(long amount) {
      return Long.toString(amount);
    }

    @Override
    long read(String text) {
      if (!FORM.matcher(text).matches()) {
        throw new NumberFormatException();
      }
      return Long.parseLong(text);
    }

    @Override
    Integer value(long amount) {
      return Math.toIntExact(amount);
    }

    @Override
    String what() {
      return "a whole number";
    }
  }

  /** A port to listen on; 0 is a free one. */
  static final class ListenPort extends Whole {
    ListenPort() {
      super(0, 65_535);
    }
  }

  /** A port to connect to. */
  static final class PeerPort extends Whole {
    PeerPort() {
      super(1, 65_535);
    }
  }

  /** How many rows are shown. */
  static final class Rows extends Whole {
    Rows() {
      super(1, 1_000);
    }
  }

  /** The minutes of a year. */
  static final class Minutes extends Whole {
    Minutes() {
      super(1, 527_040);
    }
  }

  /** How many commands run at once. */
  static final class Runs extends Whole {
    Runs() {
      super(1, 64);
    }
  }

  /** How long a rule holds. */
  static final class RuleDays extends Whole {
    RuleDays() {
      super(1, 90);
    }
  }

  /** How many of something. */
  static final class Count extends Whole {
    Count() {
      super(1, 1_000_000);
    }
  }

  /** How many of something there need not be. */
  static final class CountOrNone extends Whole {
    CountOrNone() {
      super(0, 1_000_000);
    }
  }

  /** A process. */
  static final class Pid extends Whole {
    Pid() {
      super(1, 4_194_304);
    }
  }

  /** A version of the protocol. */
  static final class Protocol extends Whole {
    Protocol() {
      super(3, 4);
    }
  }

  /**
   * A time, {@code 5000}, {@code 500ms}, {@code 5s}, {@code 2m} or {@code 1h}; a bare number is
   * milliseconds.
   */
  abstract static class Time extends Bounded<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h)?");
    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_MS = 60_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    private Time(long leastMs, long mostMs) {
      super(leastMs, mostMs);
    }

    @Override
    String written(long ms) {
      if (ms % HOUR_MS == 0) {
        return ms / HOUR_MS + "h";
      }
      return ms % MINUTE_MS == 0 ? ms / MINUTE_MS + "m" : ms + "ms";
    }

    @Override
    long read(String text) {
      Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
      if (!form.matches()) {
        throw new NumberFormatException();
      }
      long amount = Long.parseLong(form.group(1));
      String unit = form.group(2) == null ? "ms" : form.group(2);
      return switch (unit) {
        case "s" -> Math.multiplyExact(amount, 1_000);
        case "m" -> Math.multiplyExact(amount, MINUTE_MS);
        case "h" -> Math.multiplyExact(amount, HOUR_MS);
        default -> amount;
      };
    }

    @Override
    Duration value(long ms) {
      return Duration.ofMillis(ms);
    }

    @Override
    String what() {
      return "a time like 5000, 5s or 2m,";
    }
  }

  /** How long something is waited for. */
  static final class Wait extends Time {
    Wait() {
      super(1, Time.DAY_MS);
    }
  }

  /** How long what runs may still take when it is to stop. */
  static final class Grace extends Time {
    Grace() {
      super(0, Time.HOUR_MS);
    }
  }

  /** How long something goes on, if it does. */
  static final class Span extends Time {
    Span() {
      super(0, Time.DAY_MS);
    }
  }

  /** How long a bootstrap token can be used. */
  static final class TokenLife extends Time {
    TokenLife() {
      super(Time.MINUTE_MS, Time.DAY_MS);
    }
  }
}
