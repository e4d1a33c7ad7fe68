package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** Settings are read into what plain JSON can hold, or refused by line and column. */
class Json5FuzzTest {

  @FuzzTest(maxDuration = "20s")
  void settings(byte[] text) {
    JsonNode value;
    try {
      value = Json5.parse(new String(text, StandardCharsets.UTF_8));
    } catch (Json5.SyntaxException refused) {
      assertThat(refused).hasMessageMatching("(?s)SyntaxError: JSON5: .+ at \\d+:\\d+");
      return;
    }
    assertThat(Json.tryParse(Json.bytes(value))).as("stored form of %s", value).isNotNull();
  }
}
