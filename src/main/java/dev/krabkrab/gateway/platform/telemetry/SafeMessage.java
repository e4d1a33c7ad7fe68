package dev.krabkrab.gateway.platform.telemetry;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import org.slf4j.event.KeyValuePair;

/**
 * Writes message and fields of a log line as text, on one line and with escapes for what a reader
 * would not see: much of it is what clients sent.
 */
public final class SafeMessage extends ClassicConverter {
  @Override
  public String convert(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(SafeText.line(event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair field : event.getKeyValuePairs()) {
        line.append(' ').append(SafeText.line(field.key)).append("=\"");
        line.append(SafeText.line(String.valueOf(field.value)).replace("\"", "\\\"")).append('"');
      }
    }
    return line.toString();
  }
}
