package dev.krabkrab.gateway.platform.telemetry;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Takes what the SDK says through {@code java.util.logging} into the log of this instance. */
final class SdkLog extends Handler {
  /** Kept here: the JDK's log manager forgets a logger that nobody holds. */
  private static final Logger SDK = Logger.getLogger("io.opentelemetry");

  private final org.slf4j.Logger log = LoggerFactory.getLogger("io.opentelemetry");

  private SdkLog() {}

  static synchronized void follow() {
    for (Handler handler : SDK.getHandlers()) {
      if (handler instanceof SdkLog) {
        return;
      }
    }
    SDK.setUseParentHandlers(false);
    SDK.addHandler(new SdkLog());
  }

  /** Without the stack: what matters is that a collector does not answer, and it is said often. */
  @Override
  public void publish(LogRecord entry) {
    if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
      log.warn("{}", entry.getMessage());
    } else {
      log.debug("{}", entry.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
