package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CloseReasonTest {
  @Test
  void cutsAtOneHundredAndTwentyBytes() {
    String text =
        "invalid connect params: must have required property 'minProtocol'; must have required"
            + " property 'maxProtocol'; must have required property 'client'";
    assertThat(new CloseReason(1008, text).reason()).hasSize(120).isEqualTo(text.substring(0, 120));
  }

  @Test
  void neverCutsInsideACharacter() {
    String reason = new CloseReason(1008, "x" + "é".repeat(80) + "🦀".repeat(10)).reason();
    assertThat(reason.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(120);
    assertThat(reason).isEqualTo("x" + "é".repeat(59));
  }

  @Test
  void anEmptyPolicyReasonGetsWords() {
    assertThat(CloseReason.policy("").reason()).isEqualTo("invalid handshake");
  }
}
