package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Json5Test {

  @Test
  void readsWhatPeopleWrite() {
    String text =
        """
        // how to get in
        {
          gateway: { 'port': 18789, auth: {mode: "token",}, },
          /* numbers */ a: .5, b: 5., c: +1, d: [1, 2,],
        }
        """;

    assertThat(Json5.parse(text))
        .hasToString(
            "{\"gateway\":{\"port\":18789,\"auth\":{\"mode\":\"token\"}},"
                + "\"a\":0.5,\"b\":5.0,\"c\":1,\"d\":[1,2]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{                  | invalid end of input at 1:2",
        "^^                 | invalid end of input at 1:1",
        "{oops              | invalid end of input at 1:6",
        "{\"a\":            | invalid end of input at 1:6",
        "{\"a\"             | invalid end of input at 1:5",
        "[1, 2              | invalid end of input at 1:6",
        "{a:1}}             | invalid character '}' at 1:6",
        "{a:1} x            | invalid character 'x' at 1:7",
        "{a 1}              | invalid character '1' at 1:4",
        "{a:]}              | invalid character ']' at 1:4",
        "{,}                | invalid character ',' at 1:2",
        "{\"a\":\"x         | invalid end of input at 1:8",
        "/* open            | invalid end of input at 1:8",
        "[1, .]             | invalid character '.' at 1:5",
      })
  void saysWhatIsWrongAndWhere(String text, String problem) {
    assertThatThrownBy(() -> Json5.parse(text))
        .isInstanceOf(Json5.SyntaxException.class)
        .hasMessage("SyntaxError: JSON5: " + problem);
  }

  @Test
  void countsLines() {
    assertThatThrownBy(() -> Json5.parse("{\n  a: 1,\n  b: }\n"))
        .hasMessage("SyntaxError: JSON5: invalid character '}' at 3:6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{a: NaN}", "[Infinity]", "nonsense", "0x10", "\"a\nb\""})
  void refusesWhatCannotBeStored(String text) {
    assertThatThrownBy(() -> Json5.parse(text)).hasMessageStartingWith("SyntaxError: JSON5: ");
  }

  @Test
  void survivesDeepNesting() {
    assertThatThrownBy(() -> Json5.parse("[".repeat(5_000)))
        .hasMessageStartingWith("SyntaxError: JSON5: a value is too long or nested too deeply");
  }
}
