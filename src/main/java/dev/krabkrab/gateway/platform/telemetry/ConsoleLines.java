package dev.krabkrab.gateway.platform.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/**
 * What a process tells people outside of its log: that it is up, why it did not start, what is
 * wrong with its command line. Where log lines are JSON, so are these, of the same shape, so that a
 * collector can read all that a process writes. They are written at any log level.
 */
public final class ConsoleLines {
  private ConsoleLines() {}

  /** Whether everything is to be JSON. */
  public static boolean areJson(Map<String, String> environment) {
    return LogFormat.of(environment).equals(LogFormat.JSON);
  }

  /**
   * One line as a flat JSON object, without the end of the line.
   *
   * @param by the class that says it
   * @param fields further fields, numbers or text; those that every line has are left out
   */
  public static String json(Level level, Class<?> by, String message, Map<String, ?> fields) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    LoggingEvent event =
        new LoggingEvent(
            ConsoleLines.class.getName(),
            context.getLogger(by),
            ch.qos.logback.classic.Level.convertAnSLF4JLevel(level),
            message,
            null,
            null);
    fields.forEach((key, value) -> event.addKeyValuePair(new KeyValuePair(key, value)));
    JsonLines encoder = new JsonLines();
    encoder.setContext(context);
    encoder.start();
    return new String(encoder.encode(event), StandardCharsets.UTF_8).strip();
  }
}
