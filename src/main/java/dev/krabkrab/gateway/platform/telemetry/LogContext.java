package dev.krabkrab.gateway.platform.telemetry;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** What every log line of this process has in common. */
public final class LogContext {
  private LogContext() {}

  /** Names the instance on every line from now on. */
  public static void instance(String id) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.putProperty(JsonLines.INSTANCE, id);
    }
  }
}
