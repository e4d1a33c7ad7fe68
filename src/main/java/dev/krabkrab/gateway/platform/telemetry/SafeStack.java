package dev.krabkrab.gateway.platform.telemetry;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.krabkrab.gateway.platform.protocol.SafeText;

/**
 * Writes the stack trace of a log line, each of its lines behind a bar: an exception may say what a
 * client sent, over several lines.
 */
public final class SafeStack extends ThrowableProxyConverter {
  private static final String FOUR_BLANKS = "    ";

  @Override
  public String convert(ILoggingEvent event) {
    String stack = super.convert(event);
    return stack.isEmpty()
        ? stack
        : SafeText.block(stack.stripTrailing().replace("\t", FOUR_BLANKS)) + "\n";
  }
}
