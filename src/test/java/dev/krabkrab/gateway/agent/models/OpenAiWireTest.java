package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes to OpenAI-compatible servers beyond what the runs' tests look at. */
@Timeout(60)
class OpenAiWireTest {
  private static final String SSE = "text/event-stream";
  private static final String[] WORD = {
    "data:"
        + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}\n\n",
    "data:"
        + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: [DONE]\n\n"
  };

  private final ProviderDouble provider =
      new ProviderDouble("openai-completions", ",reasoning:true");

  @AfterEach
  void stop() {
    provider.close();
  }

  @ParameterizedTest
  @CsvSource({
    "OFF, ''",
    "MINIMAL, minimal",
    "LOW, low",
    "MEDIUM, medium",
    "HIGH, high",
    "XHIGH, high"
  })
  void theLevelOfThinkingIsSent(Thinking level, String effort) {
    provider.says(SSE, WORD);
    List<ObjectNode> wish = List.of(ProviderDouble.user("x"));
    assertThat(provider.ask(provider.request(level, wish)).answer().await().text()).isEqualTo("hi");
    assertThat(provider.requests().getFirst().path("reasoning_effort").asText()).isEqualTo(effort);
  }

  @Test
  void aModelThatCannotThinkIsNotAskedTo() {
    try (ProviderDouble plain = new ProviderDouble("openai-completions", "")) {
      plain.says(SSE, WORD);
      List<ObjectNode> wish = List.of(ProviderDouble.user("x"));
      plain.ask(plain.request(Thinking.HIGH, wish)).answer().await();
      assertThat(plain.requests().getFirst().has("reasoning_effort")).isFalse();
    }
  }

  @Test
  void whoGivesUpHangsUpBeforeAnythingCame() {
    provider.isMute();
    ProviderDouble.Asking mute = provider.ask("x");
    await().until(() -> provider.requests().size() == 1);
    mute.asked().giveUp();
    await().until(() -> provider.open() == 0);
  }
}
