package dev.krabkrab.gateway.access.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.krabkrab.gateway.platform.protocol.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HandshakeLogTest {
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(HandshakeLog.class);

  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private final HandshakeLog log = new HandshakeLog(() -> Instant.ofEpochMilli(nowMs.get()));
  private final ListAppender<ILoggingEvent> read = new ListAppender<>();

  @BeforeEach
  void listen() {
    read.start();
    LOGGER.addAppender(read);
  }

  @AfterEach
  void stop() {
    LOGGER.detachAppender(read);
  }

  private List<String> lines(String mark) {
    return read.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(mark))
        .toList();
  }

  private static Caller caller(String address, String name) {
    return Caller.inside("conn", name, Set.of(), 0).onBehalf(null, address, false);
  }

  @Test
  void ofOneAddressAFewLinesAreWrittenAndTheRestIsCounted() {
    String name = "one-client";
    for (int i = 0; i < 50; i++) {
      log.connected(caller("192.0.2.1", name));
    }
    log.connected(caller("192.0.2.2", name));
    assertThat(lines(name)).hasSize(7);
    log.sumUp();
    assertThat(lines("more connections connected"))
        .containsExactly("44 more connections connected, without a line each");
    log.sumUp();
    assertThat(lines("more connections connected")).hasSize(1);
    nowMs.addAndGet(60_000);
    log.connected(caller("192.0.2.1", name));
    assertThat(lines(name)).hasSize(8);
  }

  @Test
  void ofAllTogetherThereIsABound() {
    String name = "many-clients";
    for (int i = 0; i < 500; i++) {
      log.connected(caller("192.0.2." + i, name));
      log.left(caller("192.0.2." + i, name));
    }
    assertThat(lines(name)).hasSize(120);
  }
}
