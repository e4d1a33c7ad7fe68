package dev.krabkrab.gateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is read of a message without a tree, and with one. */
class FrameTest {
  private final Frame frame = new Frame();

  private void read(String text) {
    frame.read(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  @Test
  void eventsAndAnswers() {
    read("{\"type\":\"event\",\"event\":\"tick\",\"payload\":{\"id\":\"x-1\"}}");
    assertThat(frame.isEvent()).isTrue();
    assertThat(frame.name()).isEqualTo("tick");
    assertThat(frame.after("\"id\":\"x-".getBytes(StandardCharsets.US_ASCII))).isEqualTo("1");
    assertThat(frame.after("\"id\":\"y-".getBytes(StandardCharsets.US_ASCII))).isEmpty();

    read("{\"type\":\"res\",\"id\":\"12\",\"ok\":true,\"payload\":{}}");
    assertThat(frame.isEvent()).isFalse();
    assertThat(frame.isOk()).isTrue();
    assertThat(frame.name()).isEqualTo("12");

    read("{\"type\":\"res\",\"id\":\"7\",\"ok\":false,\"error\":{\"code\":\"UNAVAILABLE\"}}");
    assertThat(frame.isOk()).isFalse();
    assertThat(frame.errorCode()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void anotherOrderOfFieldsIsReadToo() {
    read("{\"ok\":true,\"id\":\"3\",\"type\":\"res\"}");
    assertThat(frame.isEvent()).isFalse();
    assertThat(frame.isOk()).isTrue();
    assertThat(frame.name()).isEqualTo("3");
    read("{\"event\":\"tick\",\"type\":\"event\"}");
    assertThat(frame.isEvent()).isTrue();
    assertThat(frame.name()).isEqualTo("tick");
  }

  @Test
  void whatIsNoneIsAnEventWithoutAName() {
    read("no JSON");
    assertThat(frame.isEvent()).isTrue();
    assertThat(frame.name()).isEmpty();
    read("{\"type\":\"res\",\"id\":\"7\",\"ok\":false}");
    assertThat(frame.errorCode()).isEqualTo("UNKNOWN");
  }

  @Test
  void aLongMessageIsNotCut() {
    read("{\"type\":\"event\",\"event\":\"e\",\"x\":\"" + "x".repeat(100_000) + "\",\"id\":\"a\"}");
    assertThat(frame.after("\"id\":\"".getBytes(StandardCharsets.US_ASCII))).isEqualTo("a");
  }
}
