package dev.krabkrab.gateway.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatTest {
  private static Map<String, String> environment(String format) {
    return Map.of("KRABKRAB_LOG_FORMAT", format);
  }

  @ParameterizedTest
  @CsvSource({"json, json", "JSON, json", "' json ', json", "text, text", "Text, text", "'', text"})
  void formatsAreKnownByTheirNames(String given, String format) {
    assertThat(LogFormat.of(environment(given))).isEqualTo(format);
    assertThat(LogFormat.problem(environment(given))).isNull();
    assertThat(ConsoleLines.areJson(environment(given))).isEqualTo(format.equals("json"));
  }

  @Test
  void withoutOneItIsText() {
    assertThat(LogFormat.of(Map.of())).isEqualTo("text");
    assertThat(LogFormat.problem(Map.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "ecs", "text,json", "${nothing}"})
  void othersAreTextAndNamed(String given) {
    assertThat(LogFormat.of(environment(given))).isEqualTo("text");
    assertThat(LogFormat.problem(environment(given))).contains("KRABKRAB_LOG_FORMAT", given);
  }
}
