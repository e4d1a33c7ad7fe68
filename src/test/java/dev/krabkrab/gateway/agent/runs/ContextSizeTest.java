package dev.krabkrab.gateway.agent.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelFailure.TooLong;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of a conversation fits. */
class ContextSizeTest {
  private static ObjectNode message(String role, String text) {
    ObjectNode message = Json.object().put("role", role);
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message;
  }

  @ParameterizedTest
  @CsvSource({
    "10000, 0, 0, 7500",
    "10000, 8192, 0, 8192",
    "5000, 8192, 0, 3750",
    "5000, 8192, 10000, 3750",
    "20000, 8192, 40000, 4096",
    "200000, 200000, 190000, 150000"
  })
  void whatIsLearntIsLessThanWhatWasRefused(long estimated, int limit, int asked, long learnt) {
    assertThat(ContextSize.learnt(estimated, new TooLong(limit, asked))).isEqualTo(learnt);
  }

  @Test
  void theLastWishStaysTogetherAndItsResultsAreCut() {
    List<ObjectNode> messages = new ArrayList<>();
    IntStream.range(0, 20)
        .forEach(i -> messages.add(message(i % 2 == 0 ? "user" : "assistant", "old ".repeat(100))));
    messages.add(message("user", "look it up"));
    messages.add(message("assistant", "I do"));
    messages.add(message("toolResult", "begin " + "x".repeat(90_000) + " end"));
    for (int room = 400; room < 40_000; room += 900) {
      List<ObjectNode> fitting = ContextSize.squeezed(messages, room);
      assertThat(ContextSize.of(fitting)).isLessThanOrEqualTo(room);
      String all = Json.text(Json.mapper().valueToTree(fitting));
      assertThat(all).contains("look it up", "I do", "begin x", "x end");
    }
    assertThat(ContextSize.squeezed(messages, 100_000)).isEqualTo(messages);
  }
}
