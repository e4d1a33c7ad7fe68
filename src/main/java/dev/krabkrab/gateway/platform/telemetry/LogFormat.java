package dev.krabkrab.gateway.platform.telemetry;

import ch.qos.logback.core.PropertyDefinerBase;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The format of the log, as {@code KRABKRAB_LOG_FORMAT} chooses it: {@code text} or {@code json}.
 * Whatever else it says is text, since no log at all would be worse. Made by the set-up of the log.
 */
public final class LogFormat extends PropertyDefinerBase {
  static final String JSON = "json";

  private static final String VARIABLE = "KRABKRAB_LOG_FORMAT";
  private static final String TEXT = "text";
  private static final Set<String> KNOWN = Set.of("", TEXT, JSON);

  @Override
  public String getPropertyValue() {
    return of(System.getenv());
  }

  static String of(Map<String, String> environment) {
    return given(environment).equals(JSON) ? JSON : TEXT;
  }

  /** What is wrong with it, for people; null when nothing is. */
  public static @Nullable String problem(Map<String, String> environment) {
    String given = given(environment);
    return KNOWN.contains(given)
        ? null
        : VARIABLE + " is \"" + given + "\", which is neither text nor json: the log is text";
  }

  private static String given(Map<String, String> environment) {
    return environment.getOrDefault(VARIABLE, "").strip().toLowerCase(Locale.ROOT);
  }
}
