package dev.krabkrab.gateway.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of an output. */
class OutputBufferTest {
  private static OutputBuffer of(int limit, String text) {
    OutputBuffer buffer = new OutputBuffer(limit);
    buffer.fill(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    return buffer;
  }

  @Test
  void whatFitsIsKeptWhole() {
    assertThat(of(10, "0123456789").text()).isEqualTo("0123456789");
    assertThat(of(10, "0123456789").isTruncated()).isFalse();
    assertThat(of(10, "grün").text()).isEqualTo("grün");
    assertThat(of(10, "").text()).isEmpty();
  }

  @Test
  void ofALongOneTheBeginningAndTheEndAre() {
    OutputBuffer buffer = of(10, "begin" + "x".repeat(1_000) + "final");
    assertThat(buffer.text()).isEqualTo("begin\n... (1000 bytes left out) ...\nfinal");
    assertThat(buffer.isTruncated()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"é", "€", "😀"})
  void noCharacterIsCutInTwo(String sign) {
    for (int limit = 10; limit < 20; limit++) {
      String text = of(limit, sign.repeat(100)).text();
      assertThat(text).doesNotContain("\ufffd").startsWith(sign).endsWith(sign);
    }
  }

  @Test
  void whatIsNoTextIsShownAsSuch() {
    OutputBuffer buffer = new OutputBuffer(100);
    buffer.fill(new ByteArrayInputStream(new byte[] {'a', (byte) 0xff, 'b'}));
    assertThat(buffer.text()).isEqualTo("a\ufffdb");
  }

  @Test
  void anAnswerFitsIntoAFrameWhateverIsInIt() {
    RunOutcome outcome =
        new RunOutcome(
            0,
            false,
            false,
            of(100_000, "\u0001".repeat(200_000)),
            of(100_000, "😀".repeat(50_000)),
            null);
    ObjectNode answer = outcome.answer(400_000);
    assertThat(RunOutcome.weight(answer)).isLessThanOrEqualTo(400_000);
    assertThat(answer.path("truncated").asBoolean()).isTrue();
    assertThat(answer.path("stderr").asText()).startsWith("😀").endsWith("😀");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(answer.path("stderr").asText()))
        .isTrue();
  }
}
