package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FramesTest {
  @Test
  void splicesAGoodAnswer() {
    assertThat(text(Frames.ok("a\"b", JsonText.of(Json.object().put("x", 1)))))
        .isEqualTo("{\"type\":\"res\",\"id\":\"a\\\"b\",\"ok\":true,\"payload\":{\"x\":1}}");
  }

  @Test
  void aNullPayloadIsWrittenOut() {
    assertThat(text(Frames.ok("1", JsonText.NULL)))
        .isEqualTo("{\"type\":\"res\",\"id\":\"1\",\"ok\":true,\"payload\":null}");
  }

  @Test
  void anErrorLeavesAbsentFieldsOut() {
    assertThat(text(Frames.error("1", ErrorShape.invalid("no"))))
        .isEqualTo(
            "{\"type\":\"res\",\"id\":\"1\",\"ok\":false,"
                + "\"error\":{\"code\":\"INVALID_REQUEST\",\"message\":\"no\"}}");
  }

  @Test
  void aFailureMayCarryAPayload() {
    JsonText payload = JsonText.of(Json.object().put("status", "error"));
    JsonNode frame =
        Objects.requireNonNull(
            Json.tryParse(Frames.error("1", ErrorShape.unavailable("x"), payload)));
    assertThat(frame.path("payload").path("status").asText()).isEqualTo("error");
    assertThat(frame.path("error").path("code").asText()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void anUnpairedSurrogateInAnIdIsAnsweredAllTheSame() {
    assertThat(text(Frames.ok("\ud800", JsonText.NULL))).contains("\"id\":\"?\"");
  }

  @Test
  void onlyATextIdIsEchoed() {
    assertThat(Frames.echoId(Json.tryParse("{\"id\":5}"))).isEqualTo("invalid");
    assertThat(Frames.echoId(Json.tryParse("{\"id\":\"x\"}"))).isEqualTo("x");
    assertThat(Frames.echoId(Json.tryParse("[]"))).isEqualTo("invalid");
    assertThat(Frames.echoId(null)).isEqualTo("invalid");
  }

  @Test
  void theNumberEndsAnEvent() {
    EncodedEvent event =
        EncodedEvent.versioned(
            EventType.PRESENCE, JsonText.of("{\"presence\":[]}"), new StateVersion(4, 2));
    String frame = text(event.head(ProtocolVersion.V3)) + text(EncodedEvent.tail(17));
    assertThat(frame)
        .isEqualTo(
            "{\"type\":\"event\",\"event\":\"presence\",\"payload\":{\"presence\":[]},"
                + "\"stateVersion\":{\"presence\":4,\"health\":2},\"seq\":17}");
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
