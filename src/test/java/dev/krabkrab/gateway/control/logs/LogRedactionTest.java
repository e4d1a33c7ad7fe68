package dev.krabkrab.gateway.control.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogRedactionTest {
  private final LogRedaction redaction = new LogRedaction(() -> List.of("hunter2hunter2"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "it said hunter2hunter2. ~ it said ***.",
        "Authorization: Bearer abcdefgh12345678 ~ Authorization: Bearer ***",
        "redis://user:pass@h:6379 is away ~ redis://user:***@h:6379 is away",
        "redis://:pass@h:6379 is away ~ redis://:***@h:6379 is away",
        "token=abcd1234 and more ~ token=*** and more",
        "{\"apiKey\": \"abcd1234\"} ~ {\"apiKey\": \"***\"}",
        "?access_token=abcd1234&x=1 ~ ?access_token=***&x=1",
        "got eyJhbGciOi.eyJzdWIiOi.c2lnbmF0 here ~ got *** here",
        "key sk-proj-0123456789abcdef ~ key ***",
        "nothing to hide ~ nothing to hide",
      })
  void takesOutWhatLooksLikeASecret(String text, String clean) {
    assertThat(redaction.clean(text)).isEqualTo(clean);
  }

  @Test
  void secretsOfADocumentAreFoundByTheNamesOfTheirKeys() {
    assertThat(
            KnownSecrets.in(
                Json5.parse(
                    "{a: {token: 'long-token', tokens: [{token: 'other-token-1'}], x: 'no'},"
                        + " api_key: 'short', models: {p: {apiKey: 'k-1234567'}}}"),
                List.of("by-environment", "tiny")))
        .containsExactly("by-environment", "other-token-1", "long-token", "k-1234567");
  }
}
