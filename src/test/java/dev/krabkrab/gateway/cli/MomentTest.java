package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  private static final long NOW = 1_737_264_060_000L;

  @ParameterizedTest
  @CsvSource({
    "30s, 1737264030000",
    "2m, 1737263940000",
    "24h, 1737177660000",
    "7d, 1736659260000",
    "999999d, 0",
    "2025-01-19T05:20:00Z, 1737264000000"
  })
  void agoOrAsADate(String text, long ms) {
    assertThat(Moment.of(text, NOW)).isEqualTo(ms);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "5", "-5m", "2025-01-19"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Moment.of(text, NOW))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("no moment");
  }
}
