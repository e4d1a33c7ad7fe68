package dev.krabkrab.gateway.access.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresencePaceTest {
  @ParameterizedTest
  @CsvSource({
    // bytes of all rows, listeners, milliseconds
    "0, 0, 250",
    "500, 1, 250",
    "9000, 20, 250",
    "10000, 100, 250",
    "10001, 100, 250",
    "20000, 100, 500",
    "45000, 100, 1125",
    "90000, 300, 6750",
    "90000, 1333, 29992",
    "90000, 2500, 30000",
    "90000, 100000, 30000",
    "2147483647, 2147483647, 30000",
  })
  void restsLongerTheMoreAnEventCosts(int bytes, int listeners, long restMs) {
    assertThat(PresencePace.restMs(bytes, listeners)).isEqualTo(restMs);
  }

  @Test
  void neverRestsShorterForMoreRowsOrMoreListeners() {
    for (int bytes = 0; bytes < 200_000; bytes += 7_001) {
      for (int listeners = 0; listeners < 6_000; listeners += 499) {
        long rest = PresencePace.restMs(bytes, listeners);
        assertThat(PresencePace.restMs(bytes + 450, listeners)).isGreaterThanOrEqualTo(rest);
        assertThat(PresencePace.restMs(bytes, listeners + 1)).isGreaterThanOrEqualTo(rest);
      }
    }
  }
}
