package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which words a provider says when it wants to be asked again. */
class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7000",
        "0 | 0",
        "1.5 | 1500",
        "' 20 ' | 20000",
        "Fri, 01 May 2026 12:00:30 GMT | 30000",
        "Fri, 1 May 2026 12:00:30 GMT | 30000",
        "Fri, 01 May 2026 11:00:00 GMT | 0",
        "2026-05-01T12:00:10Z | 10000",
        "-5 | 0",
        "soon | 0",
        "'' | 0",
        "1e9 | 0",
        "99999999999999 | 0",
        "999999999 | 2592000000"
      })
  void itIsReadInSecondsAndDates(String told, long ms) {
    assertThat(RetryAfter.ms(Map.of("retry-after", told)::get, NOW)).isEqualTo(ms);
  }

  @Test
  void aDateIsByTheProvidersClock() {
    Map<String, String> headers = new HashMap<>();
    headers.put("retry-after", "Fri, 01 May 2026 15:00:30 GMT");
    headers.put("date", "Fri, 01 May 2026 15:00:00 GMT");
    assertThat(RetryAfter.ms(headers::get, NOW)).isEqualTo(30_000);
  }

  @Test
  void theFinerOneGoesFirst() {
    assertThat(RetryAfter.ms(Map.of("retry-after-ms", "250", "retry-after", "1")::get, NOW))
        .isEqualTo(250);
  }
}
