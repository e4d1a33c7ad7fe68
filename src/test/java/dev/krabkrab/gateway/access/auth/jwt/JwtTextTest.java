package dev.krabkrab.gateway.access.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTextTest {
  private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"one\"}";

  @Test
  void whatIssuersWriteIsRead() {
    for (String audience : List.of("\"krab\"", "[\"krab\"]", "[\"x\",\"krab\"]")) {
      JwtText text =
          read(HEADER, "{\"iss\":\"i\",\"aud\":" + audience + ",\"exp\":1.5e9,\"nbf\":1}")
              .orElseThrow();
      assertThat(text.isFor("krab")).isTrue();
      assertThat(text.expiresAt()).isEqualTo(1_500_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"iss\":\"i\",\"aud\":{\"a\":\"krab\"}}",
        "{\"iss\":\"i\",\"aud\":{}}",
        "{\"iss\":\"i\",\"aud\":[{\"a\":\"krab\"}]}",
        "{\"iss\":\"i\",\"aud\":[[\"krab\"]]}",
        "{\"iss\":\"i\",\"aud\":[\"krab\",1]}",
        "{\"iss\":\"i\",\"aud\":1}",
        "{\"iss\":\"i\",\"aud\":true}",
        "{\"iss\":\"i\",\"aud\":null}",
        "{\"iss\":\"i\",\"aud\":[null]}",
        "{\"iss\":{},\"aud\":\"krab\"}",
        "{\"iss\":[\"i\"]}",
        "{\"iss\":1}",
        "{\"iss\":null}",
        "{}",
        "{\"iss\":\"i\",\"exp\":\"1\"}",
        "{\"iss\":\"i\",\"exp\":{}}",
        "{\"iss\":\"i\",\"exp\":[1]}",
        "{\"iss\":\"i\",\"exp\":null}",
        "{\"iss\":\"i\",\"exp\":1e300}",
        "{\"iss\":\"i\",\"exp\":true}",
        "{\"iss\":\"i\",\"nbf\":\"0\"}",
        "{\"iss\":\"i\",\"nbf\":{}}",
        "{\"iss\":\"i\",\"iat\":[]}",
        "{\"iss\":\"i\",\"iat\":\"x\"}",
        "{\"iss\":\"i\",\"sub\":{}}",
        "[]",
        "1",
        "null"
      })
  void claimsOfOddTypesAreNoToken(String claims) {
    assertThat(read(HEADER, claims)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"alg\":1}",
        "{\"alg\":null}",
        "{\"alg\":[\"RS256\"]}",
        "{\"alg\":{}}",
        "{\"alg\":\"RS256\",\"kid\":1}",
        "{\"alg\":\"RS256\",\"kid\":{}}",
        "{\"alg\":\"RS256\",\"typ\":[]}",
        "[]"
      })
  void headersOfOddTypesAreNoToken(String header) {
    assertThat(read(header, "{\"iss\":\"i\"}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void claimsOfAnyDepthAreReadOrRefused(String open) {
    String close = open.equals("[") ? "]" : "}";
    for (int depth : new int[] {500, 1_500}) {
      String deep = open.repeat(depth) + "1" + close.repeat(depth);
      read(HEADER, "{\"iss\":\"i\",\"deep\":" + deep + "}")
          .ifPresent(text -> assertThat(text.issuer()).isEqualTo("i"));
    }
    assertThat(read(HEADER, "{\"iss\":\"i\",\"deep\":" + "[".repeat(11_000) + "}")).isEmpty();
  }

  private static Optional<JwtText> read(String header, String claims) {
    return JwtText.read(encoded(header) + "." + encoded(claims) + ".c2ln");
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
