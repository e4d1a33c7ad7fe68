package dev.krabkrab.gateway.platform.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Optional;

/** A client's frame is put in order or refused in words, on the way the dispatcher takes it. */
class FrameFuzzTest {
  private static final Schemas SCHEMAS = Schemas.load();

  @FuzzTest(maxDuration = "20s")
  void clientsFrame(byte[] message) {
    JsonNode frame = Json.tryParse(message);
    if (frame == null) {
      return;
    }
    for (int version = 3; version <= 4; version++) {
      Optional<String> problems = SCHEMAS.frameProblems(frame, version);
      if (problems.isPresent()) {
        assertCanBeSent(Frames.echoId(frame), problems.get());
      } else {
        request(frame, version);
      }
    }
  }

  private static void request(JsonNode frame, int version) {
    String method = frame.get("method").textValue();
    JsonNode params = frame.get("params");
    SCHEMAS
        .problems(method, params, version)
        .ifPresentOrElse(
            problem -> assertCanBeSent(frame.get("id").textValue(), problem),
            () -> assertThat(Json.bytes(SCHEMAS.normalized(method, params))).isNotEmpty());
  }

  private static void assertCanBeSent(String id, String problem) {
    byte[] answer = Frames.error(id, ErrorShape.invalid(problem));
    assertThat(Json.tryParse(answer)).as(problem).isNotNull();
  }
}
