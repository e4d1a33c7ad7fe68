package dev.krabkrab.gateway.control.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {
  @Test
  void nothingInALineBeginsAnotherOrHides() {
    String hostile = "x\nERROR forged\u202E\u001b[2K\u200B\uDB40\uDC41\u2028";
    LoggingEvent event =
        new LoggingEvent(
            "x",
            new LoggerContext().getLogger("dev.krabkrab.gateway.platform.rpc.X"),
            Level.WARN,
            hostile,
            new IllegalStateException(hostile),
            null);
    event.addKeyValuePair(new KeyValuePair("who", hostile));

    String line = new LogLines("gw", new LogRedaction(List::of)).line(event);

    assertThat(line.codePoints()).noneMatch(SafeText::isHidden);
    JsonNode read = Json.parseObject(line);
    for (String field : List.of("/1", "/2/who")) {
      assertThat(read.at(field).asText()).startsWith("x␊ERROR forged\\u202e\\u001b[2K\\u200b");
    }
    assertThat(read.at("/2/error").asText().lines()).allMatch(one -> one.startsWith("│ "));
  }
}
