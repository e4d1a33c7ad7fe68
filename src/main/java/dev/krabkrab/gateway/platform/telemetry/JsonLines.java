package dev.krabkrab.gateway.platform.telemetry;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.nio.charset.StandardCharsets;
import org.slf4j.event.KeyValuePair;

/**
 * Writes a log line as one flat JSON object: {@code time}, {@code level}, {@code logger}, {@code
 * instance}, {@code message}, then the fields of the line, then {@code error} with a stack trace.
 * Nothing from outside can begin another line, take the place of one of these, or hide in one.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {
  /** Name under which the logging context knows this instance. */
  static final String INSTANCE = "instance";

  private static final byte[] NOTHING = {};
  private final ThrowableProxyConverter stack = new SafeStack();

  @Override
  public void start() {
    stack.setContext(getContext());
    stack.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ObjectNode line =
        Json.object()
            .put("time", event.getInstant().toString())
            .put("level", event.getLevel().toString())
            .put("logger", event.getLoggerName());
    String instance = event.getLoggerContextVO().getPropertyMap().get(INSTANCE);
    if (instance != null) {
      line.put(INSTANCE, instance);
    }
    line.put("message", SafeText.line(event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(field -> add(line, field));
    }
    if (event.getThrowableProxy() != null) {
      line.put("error", stack.convert(event));
    }
    return (SafeText.json(Json.text(line)) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void add(ObjectNode line, KeyValuePair field) {
    if (line.has(field.key)) {
      return;
    }
    if (field.value instanceof Number number) {
      line.put(field.key, number.longValue());
    } else {
      line.put(field.key, SafeText.line(String.valueOf(field.value)));
    }
  }
}
