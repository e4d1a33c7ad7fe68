package dev.krabkrab.gateway.control.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import dev.krabkrab.gateway.platform.telemetry.SafeStack;
import java.time.Instant;
import org.slf4j.event.KeyValuePair;

/**
 * Writes a line of the log the way clients of {@code logs.tail} read it: numbered fields, {@code
 * _meta} and {@code time}. Without secrets, of bounded length, and with escapes for what a reader
 * would not see. Protocol 03 §3.
 */
final class LogLines {
  static final String OURS = "dev.krabkrab.gateway.";
  private static final int LONGEST_MESSAGE = 2_000;
  private static final int LONGEST_FIELD = 500;
  private static final int LONGEST_STACK = 4_000;

  private final String instance;
  private final LogRedaction redaction;
  private final ThrowableProxyConverter stack = new SafeStack();

  /**
   * @param instance named on every line
   */
  LogLines(String instance, LogRedaction redaction) {
    this.instance = instance;
    this.redaction = redaction;
    stack.start();
  }

  String line(ILoggingEvent event) {
    ObjectNode line = head(event.getLoggerName(), event.getFormattedMessage());
    ObjectNode fields = Json.object();
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(field -> add(fields, field));
    }
    if (event.getThrowableProxy() != null) {
      fields.put("error", cut(redaction.clean(stack.convert(event)), LONGEST_STACK));
    }
    if (!fields.isEmpty()) {
      line.set("2", fields);
    }
    return finished(line, event.getLoggerName(), event.getLevel(), event.getInstant());
  }

  /** A line about lines that are missing. */
  String missing(long count, Instant now) {
    String logger = LogLines.class.getName();
    return finished(
        head(logger, count + " lines of this instance are missing here"), logger, Level.WARN, now);
  }

  private ObjectNode head(String logger, String message) {
    return Json.object()
        .put("0", Json.text(Json.object().put("subsystem", subsystem(logger))))
        .put("1", clean(message, LONGEST_MESSAGE));
  }

  private String finished(ObjectNode line, String logger, Level level, Instant at) {
    line.putObject("_meta")
        .put("name", logger)
        .put("hostname", instance)
        .put("date", at.toString())
        .put("logLevelId", number(level))
        .put("logLevelName", level.toString());
    return SafeText.json(Json.text(line.put("time", at.toString())));
  }

  private void add(ObjectNode fields, KeyValuePair field) {
    if (field.value instanceof Number number) {
      fields.put(field.key, number.longValue());
    } else {
      fields.put(field.key, clean(String.valueOf(field.value), LONGEST_FIELD));
    }
  }

  private String clean(String text, int longest) {
    return cut(SafeText.line(redaction.clean(text)), longest);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + " ...";
  }

  /** Our rooms by their names, libraries by their loggers. */
  private static String subsystem(String logger) {
    if (!logger.startsWith(OURS)) {
      return logger;
    }
    String below = logger.substring(OURS.length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  private static int number(Level level) {
    return switch (level.toInt()) {
      case Level.TRACE_INT -> 1;
      case Level.DEBUG_INT -> 2;
      case Level.INFO_INT -> 3;
      case Level.WARN_INT -> 4;
      default -> 5;
    };
  }
}
