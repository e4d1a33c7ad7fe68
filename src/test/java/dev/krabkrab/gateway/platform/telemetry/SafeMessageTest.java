package dev.krabkrab.gateway.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** The log as text, with the set-up that is in the jar. */
class SafeMessageTest {
  @Test
  void nothingFromOutsideForgesALineOrHidesInOne() throws JoranException {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(SafeMessageTest.class.getResource("/logback.xml")));
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> text = (ConsoleAppender<ILoggingEvent>) root.getAppender("text");
    String forged = "2026-01-01T00:00:00.000Z INFO  Gateway forged";
    LoggingEvent event =
        new LoggingEvent(
            "x",
            root,
            Level.WARN,
            "a\r\n" + forged + "\u2028\u202E\u001b[2K{}",
            new IllegalStateException("c\n" + forged),
            new Object[] {"\u200B"});
    event.addKeyValuePair(new KeyValuePair("who", "b\n" + forged + "\uDB40\uDC41"));

    String written = new String(text.getEncoder().encode(event), StandardCharsets.UTF_8);

    assertThat(written.lines()).noneMatch(line -> line.startsWith("2026-01-01"));
    assertThat(written.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("│ "));
    assertThat(written.lines().findFirst().orElseThrow())
        .endsWith(
            "a␍␊" + forged + "\\u2028\\u202e\\u001b[2K\\u200b who=\"b␊" + forged + "\\u{e0041}\"");
    context.stop();
  }
}
