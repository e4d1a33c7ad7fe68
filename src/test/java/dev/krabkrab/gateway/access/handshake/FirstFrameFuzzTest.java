package dev.krabkrab.gateway.access.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import java.nio.charset.StandardCharsets;

/** Whatever a stranger sends first is understood or refused in words that can be sent. */
class FirstFrameFuzzTest {
  private static final int LONGEST_REASON = 123;
  private static final FirstFrame FIRST = new FirstFrame(Schemas.load());

  @FuzzTest(maxDuration = "20s")
  void strangersFrame(byte[] message) {
    switch (FIRST.read(message)) {
      case FirstFrame.Reading.Unreadable(CloseReason close) -> assertCanBeSent(close);
      case FirstFrame.Reading.Refused(String id, HandshakeFailure failure) -> {
        assertCanBeSent(failure.close());
        assertThat(Json.tryParse(Frames.error(id, failure.error()))).isNotNull();
      }
      case FirstFrame.Reading.Connect(String id, ConnectParams params) -> {
        assertThat(id).isNotEmpty();
        assertThat(params.signed()).isNotNull();
        assertThat(params.scopes()).doesNotContainNull();
      }
    }
  }

  private static void assertCanBeSent(CloseReason close) {
    assertThat(close.reason().getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(LONGEST_REASON);
  }
}
