package dev.krabkrab.gateway.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  private static final String DEVICE = "0123456789abcdef0123456789abcdef";

  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Logger log = context.getLogger("dev.krabkrab.test");

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty(JsonLines.INSTANCE, "gateway-0-ab12");
    JsonLines encoder = new JsonLines();
    encoder.setContext(context);
    encoder.start();
    OutputStreamAppender<ch.qos.logback.classic.spi.ILoggingEvent> appender =
        new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(written);
    appender.start();
    log.addAppender(appender);
    log.setLevel(Level.DEBUG);
  }

  @Test
  void namesForWhomALineIsWritten() {
    LogFields.of(log.atInfo(), caller(), "node.invoke", Trace.NONE)
        .addKeyValue("n", 7)
        .log("{} came", "x");

    JsonNode line = one();
    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("instance").asText()).isEqualTo("gateway-0-ab12");
    assertThat(line.path("message").asText()).isEqualTo("x came");
    assertThat(line.path("conn").asText()).isEqualTo("c-1");
    assertThat(line.path("device").asText()).isEqualTo("0123456789ab");
    assertThat(line.path("method").asText()).isEqualTo("node.invoke");
    assertThat(line.path("n").asLong()).isEqualTo(7);
    assertThat(line.path("time").asText()).endsWith("Z");
  }

  @Test
  void nothingFromOutsideForgesALineOrAField() {
    log.atWarn()
        .addKeyValue("level", "FAKE")
        .addKeyValue("event", "a\n{\"level\":\"ERROR\"}")
        .setCause(new IllegalStateException("b\n{\"level\":\"ERROR\"}"))
        .log("c\r\n{\"level\":\"ERROR\"}");

    JsonNode line = one();
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("error").asText()).contains("IllegalStateException", "JsonLinesTest");
    assertThat(line.path("error").asText().lines()).allMatch(one -> one.startsWith("│ "));
    assertThat(line.path("message").asText()).startsWith("c␍␊{");
    assertThat(line.path("event").asText()).startsWith("a␊{");
  }

  @Test
  void aLineWhoseLevelIsOffIsNotMade() {
    LogFields.of(log.atTrace(), caller()).log("nothing");

    assertThat(written.size()).isZero();
  }

  private JsonNode one() {
    List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    return Objects.requireNonNull(Json.tryParse(lines.getFirst()));
  }

  private static Caller caller() {
    return Callers.operator()
        .conn("c-1")
        .version(ProtocolVersion.V4)
        .device(DEVICE)
        .client("cli", "cli", "1")
        .make();
  }
}
