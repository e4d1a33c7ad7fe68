package dev.krabkrab.gateway.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final byte[] BODY =
      "{\"id\":\"m1\",\"from\":\"ann\"}".getBytes(StandardCharsets.UTF_8);
  private static final long AT = 1_700_000_000;

  /** As {@code openssl dgst -sha256 -hmac} computes it. */
  private static final String VECTOR =
      "t=1700000000,v1=1e3b00940b4300c8c76302525b3b28d779b776d552807cc9ffe1cd526f9c5a1b";

  private final Signature signature =
      new Signature("secret-of-the-webhook-tests", "default", false);

  @Test
  void isWhatOthersCompute() {
    assertThat(signature.of(BODY, AT)).isEqualTo(VECTOR);
    assertThat(signature.holds(VECTOR, BODY, AT)).isTrue();
    assertThat(signature.holds(" " + VECTOR + " ", BODY, AT)).isTrue();
  }

  @Test
  void holdsForFiveMinutesInBothDirections() {
    for (long now : List.of(AT - 300, AT + 300)) {
      assertThat(signature.holds(VECTOR, BODY, now)).isTrue();
    }
    for (long now : List.of(AT - 301, AT + 301, 0L)) {
      assertThat(signature.holds(VECTOR, BODY, now)).isFalse();
    }
  }

  @Test
  void holdsForOneSecretOneBodyAndOneTime() {
    Signature other = new Signature("another-secret-0001", "default", false);
    assertThat(signature.holds(other.of(BODY, AT), BODY, AT)).isFalse();
    assertThat(signature.holds(VECTOR, new byte[0], AT)).isFalse();
    assertThat(signature.holds(VECTOR.replace("t=1700000000", "t=1700000001"), BODY, AT)).isFalse();
  }

  @Test
  void whatIsNoSignatureDoesNotHold() {
    String sum = VECTOR.substring(VECTOR.indexOf("v1="));
    for (String text :
        List.of(
            "",
            "t=",
            sum,
            "t=1700000000",
            "t=-1700000000," + sum,
            "t=99999999999999999999," + sum,
            VECTOR + "0",
            VECTOR.substring(0, VECTOR.length() - 1),
            VECTOR.replace("v1=", "v1=X"),
            "x" + VECTOR,
            VECTOR + "\n" + VECTOR)) {
      assertThat(signature.holds(text, BODY, AT)).as(text).isFalse();
    }
  }
}
