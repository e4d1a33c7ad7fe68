package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ollama's {@code /api/chat}, as its server streams it. */
@Timeout(60)
class OllamaWireTest {
  private static final String LINES = "application/x-ndjson";
  private static final String END =
      "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done_reason\":\"stop\",\"done\":true,\"prompt_eval_count\":11,\"eval_count\":4}\n";

  private final ProviderDouble provider = new ProviderDouble("ollama", ",reasoning:true");

  @AfterEach
  void stop() {
    provider.close();
  }

  private static String line(ObjectNode message) {
    ObjectNode line = Json.object().put("model", "m").put("created_at", "2026-01-01T00:00:00Z");
    line.set("message", message.put("role", "assistant"));
    return Json.text(line.put("done", false)) + "\n";
  }

  private static String said(String words) {
    return line(Json.object().put("content", words));
  }

  @Test
  void aTextComesInLinesWithWhatItCost() {
    provider.says(
        LINES,
        line(Json.object().put("content", "").put("thinking", "hm")),
        said("good "),
        said("day"),
        END);
    ProviderDouble.Asking asking = provider.ask("hello");
    assertThat(asking.answer().await())
        .isEqualTo(new ModelAnswer("good day", List.of(), new ModelUsage(11, 4, 0, 0), "stop"));
    assertThat(asking.text()).isEqualTo("good day");
    assertThat(provider.paths()).containsExactly("/api/chat");
    JsonNode sent = provider.requests().getFirst();
    assertThat(sent.path("stream").asBoolean()).isTrue();
    assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(sent.at("/tools/0/function/name").asText()).isEqualTo("weather");
  }

  @Test
  void callsOfToolsAreReadAndGetNames() {
    ObjectNode message = Json.object().put("content", "");
    var calls = message.putArray("tool_calls");
    calls
        .addObject()
        .putObject("function")
        .put("name", "weather")
        .putObject("arguments")
        .put("city", "Berlin");
    calls.addObject().putObject("function").put("name", "weather").putObject("arguments");
    provider.says(LINES, line(message), END);
    ModelAnswer answer = provider.ask("how is it?").answer().await();
    assertThat(answer.stopReason()).isEqualTo("toolUse");
    assertThat(answer.calls())
        .extracting(ModelAnswer.ToolCall::arguments)
        .containsExactly(Json.object().put("city", "Berlin"), Json.object());
    assertThat(answer.calls()).extracting(ModelAnswer.ToolCall::id).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"OFF, false", "LOW, true", "XHIGH, true"})
  void itThinksWhenItIsToldTo(Thinking level, boolean thinks) {
    provider.says(LINES, said("x"), END);
    List<ObjectNode> wish = List.of(ProviderDouble.user("x"));
    provider.ask(provider.request(level, wish)).answer().await();
    assertThat(provider.requests().getFirst().path("think").asText())
        .isEqualTo(Boolean.toString(thinks));
  }

  @Test
  void aModelThatCannotThinkIsToldNothingOfIt() {
    try (ProviderDouble plain = new ProviderDouble("ollama", "")) {
      plain.says(LINES, said("x"), END);
      List<ObjectNode> wish = List.of(ProviderDouble.user("x"));
      plain.ask(plain.request(Thinking.HIGH, wish)).answer().await();
      assertThat(plain.requests().getFirst().hasNonNull("think")).isFalse();
    }
  }

  @Test
  void aModelThatHasToCallAToolIsOnlyToldSo() {
    provider.says(LINES, said("x"), END);
    provider.ask(provider.withTool(Thinking.OFF)).answer().await();
    assertThat(provider.requests().getLast().has("tool_choice")).isFalse();
    assertThat(provider.requests().getLast().path("tools")).hasSize(1);
  }

  @Test
  void refusalsAreTold() {
    provider.refuses(404, "{\"error\":\"model 'm' not found\"}");
    assertThatThrownBy(() -> provider.ask("x").answer().await())
        .isInstanceOfSatisfying(
            ModelFailure.class,
            failure -> {
              assertThat(failure).hasMessage("404 model 'm' not found");
              assertThat(failure.isPassing()).isFalse();
              assertThat(failure.isOfThisModel()).isTrue();
            });
  }

  @Test
  void anErrorInTheMiddleIsNoAnswer() {
    provider.says(LINES, said("half "), "{\"error\":\"out of memory\"}\n");
    ProviderDouble.Asking asking = provider.ask("x");
    assertThatThrownBy(() -> asking.answer().await())
        .isInstanceOf(ModelFailure.class)
        .hasMessageContaining("out of memory");
    assertThat(asking.text()).isEqualTo("half ");
  }

  @Test
  void anAnswerThatBreaksOffIsNone() {
    provider.breaks(LINES, said("half "));
    assertThatThrownBy(() -> provider.ask("x").answer().await())
        .isInstanceOfSatisfying(
            ModelFailure.class, failure -> assertThat(failure.isPassing()).isTrue());
    provider.says(LINES, said("half "));
    assertThatThrownBy(() -> provider.ask("x").answer().await()).isInstanceOf(ModelFailure.class);
  }

  @Test
  void whoGivesUpHangsUp() {
    provider.begins(LINES, said("on and "));
    provider.isHungUpOnWhenGivenUp("on and ");
  }
}
