package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anthropic's Messages API, as its server streams it. */
@Timeout(60)
class AnthropicWireTest {
  private static final String SSE = "text/event-stream";
  private static final String START =
      event(
          "message_start",
          "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
              + "\"model\":\"m\",\"stop_reason\":null,\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":3,"
              + "\"cache_creation_input_tokens\":2,\"output_tokens\":1}}}");
  private static final String STOP = event("message_stop", "{\"type\":\"message_stop\"}");

  private final ProviderDouble provider =
      new ProviderDouble("anthropic-messages", ",reasoning:true");

  @AfterEach
  void stop() {
    provider.close();
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  private static String begun(int index, String block) {
    return event(
        "content_block_start",
        "{\"type\":\"content_block_start\",\"index\":"
            + index
            + ",\"content_block\":"
            + block
            + "}");
  }

  private static String delta(int index, String type, String field, String value) {
    ObjectNode data = Json.object().put("type", "content_block_delta").put("index", index);
    data.putObject("delta").put("type", type).put(field, value);
    return event("content_block_delta", Json.text(data));
  }

  private static String done(int index) {
    return event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
  }

  private static String end(String reason) {
    return event(
        "message_delta",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
            + reason
            + "\"},\"usage\":{\"output_tokens\":7}}");
  }

  private static String text() {
    return begun(0, "{\"type\":\"text\",\"text\":\"\"}");
  }

  private static String said(String words) {
    return delta(0, "text_delta", "text", words);
  }

  @Test
  void aTextComesInPiecesWithWhatItCost() {
    provider.says(
        SSE,
        START,
        text(),
        event("ping", "{\"type\":\"ping\"}"),
        said("good "),
        said("day"),
        done(0),
        end("end_turn"),
        STOP);
    ProviderDouble.Asking asking = provider.ask("hello");
    ModelAnswer answer = asking.answer().await();
    assertThat(answer)
        .isEqualTo(new ModelAnswer("good day", List.of(), new ModelUsage(10, 7, 3, 2), "stop"));
    assertThat(asking.text()).isEqualTo("good day");
    assertThat(provider.paths()).containsExactly("/v1/messages");
    assertThat(provider.headers())
        .containsExactly(Map.of("x-api-key", "key-1", "anthropic-version", "2023-06-01"));
    JsonNode sent = provider.requests().getFirst();
    assertThat(sent.path("stream").asBoolean()).isTrue();
    assertThat(sent.path("max_tokens").asInt()).isEqualTo(8_192);
    assertThat(sent.has("thinking")).isFalse();
    assertThat(sent.at("/system/0/text").asText()).isEqualTo("be kind");
    assertThat(sent.at("/tools/0/input_schema/required/0").asText()).isEqualTo("city");
  }

  @Test
  void callsOfToolsComeInPiecesToo() {
    provider.says(
        SSE,
        START,
        text(),
        said("let me look"),
        done(0),
        begun(1, "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":{}}"),
        delta(1, "input_json_delta", "partial_json", ""),
        delta(1, "input_json_delta", "partial_json", "{\"city\":\"Ber"),
        delta(1, "input_json_delta", "partial_json", "lin\"}"),
        done(1),
        begun(2, "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"weather\",\"input\":{}}"),
        done(2),
        end("tool_use"),
        STOP);
    ModelAnswer answer = provider.ask("how is it?").answer().await();
    assertThat(answer.text()).isEqualTo("let me look");
    assertThat(answer.stopReason()).isEqualTo("toolUse");
    assertThat(answer.calls())
        .containsExactly(
            new ModelAnswer.ToolCall("toolu_1", "weather", Json.object().put("city", "Berlin")),
            new ModelAnswer.ToolCall("toolu_2", "weather", Json.object()));
  }

  /** It refuses to think before a call that it is made to make. */
  @Test
  void aModelThatHasToCallAToolDoesNotThink() {
    provider.says(SSE, START, text(), said("x"), done(0), end("end_turn"), STOP);
    provider.ask(provider.withTool(Thinking.HIGH)).answer().await();
    assertThat(provider.requests().getLast().at("/tool_choice/type").asText()).isEqualTo("any");
    assertThat(provider.requests().getLast().has("thinking")).isFalse();
  }

  @Test
  void aCutAnswerIsToldAsOne() {
    provider.says(SSE, START, text(), said("and then"), done(0), end("max_tokens"), STOP);
    assertThat(provider.ask("tell").answer().await().stopReason()).isEqualTo("length");
  }

  @Test
  void aProviderThatIsOverloadedInTheMiddleMayBeAskedAgain() {
    provider.says(
        SSE,
        START,
        text(),
        said("half "),
        event(
            "error",
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"));
    ProviderDouble.Asking asking = provider.ask("x");
    assertThatThrownBy(() -> asking.answer().await())
        .isInstanceOfSatisfying(
            ModelFailure.class,
            failure -> {
              assertThat(failure.isPassing()).isTrue();
              assertThat(failure).hasMessageContaining("Overloaded");
            });
    assertThat(asking.text()).isEqualTo("half ");
  }

  @ParameterizedTest
  @CsvSource({
    "529, overloaded_error, true, true",
    "429, rate_limit_error, true, true",
    "500, api_error, true, true",
    "400, invalid_request_error, false, false",
    "401, authentication_error, false, true"
  })
  void aRefusalSaysWhetherItPasses(int status, String type, boolean passing, boolean ofModel) {
    provider.refuses(
        status,
        "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"no such luck\"}}");
    assertThatThrownBy(() -> provider.ask("x").answer().await())
        .isInstanceOfSatisfying(
            ModelFailure.class,
            failure -> {
              assertThat(failure).hasMessage(status + " no such luck");
              assertThat(failure.isPassing()).isEqualTo(passing);
              assertThat(failure.isOfThisModel()).isEqualTo(ofModel);
            });
  }

  @Test
  void anAnswerThatBreaksOffIsNone() {
    provider.breaks(SSE, START, text(), said("half "));
    ProviderDouble.Asking asking = provider.ask("x");
    assertThatThrownBy(() -> asking.answer().await())
        .isInstanceOfSatisfying(
            ModelFailure.class, failure -> assertThat(failure.isPassing()).isTrue());
    assertThat(asking.text()).isEqualTo("half ");
    provider.says(SSE, START, text(), said("half "));
    assertThatThrownBy(() -> provider.ask("x").answer().await()).isInstanceOf(ModelFailure.class);
  }

  @Test
  void whoGivesUpHangsUp() {
    provider.begins(SSE, START, text(), said("on and "));
    provider.isHungUpOnWhenGivenUp("on and ");
  }

  private static final String SIGNED =
      "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";

  @Test
  void whatWasThoughtIsHandedBackWhileToolsAreUsed() {
    provider.says(
        SSE,
        START,
        begun(0, SIGNED),
        delta(0, "thinking_delta", "thinking", "rain "),
        delta(0, "thinking_delta", "thinking", "perhaps"),
        delta(0, "signature_delta", "signature", "sig-1"),
        done(0),
        begun(1, "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":{}}"),
        delta(1, "input_json_delta", "partial_json", "{\"city\":\"Rome\"}"),
        done(1),
        end("tool_use"),
        STOP);
    ObjectNode wish = ProviderDouble.user("how is it?");
    ProviderDouble.Asking asking = provider.ask(provider.request(Thinking.MEDIUM, List.of(wish)));
    ModelAnswer answer = asking.answer().await();
    assertThat(asking.text()).isEmpty();
    assertThat(answer.thought())
        .isEqualTo(
            Json.parseObject(
                "{\"type\":\"thinking\",\"thinking\":\"rain"
                    + " perhaps\",\"thinkingSignature\":\"sig-1\"}"));
    JsonNode first = provider.requests().getFirst();
    assertThat(first.at("/thinking/type").asText()).isEqualTo("enabled");
    assertThat(first.at("/thinking/budget_tokens").asInt()).isEqualTo(8_192);
    assertThat(first.path("max_tokens").asInt()).isEqualTo(16_384);

    provider.says(SSE, START, text(), said("wet"), done(0), end("end_turn"), STOP);
    List<ObjectNode> messages = List.of(wish, called(answer.thought()), result());
    provider.ask(provider.request(Thinking.MEDIUM, messages)).answer().await();
    JsonNode second = provider.requests().get(1);
    assertThat(second.at("/messages/1/content/0/type").asText()).isEqualTo("thinking");
    assertThat(second.at("/messages/1/content/0/signature").asText()).isEqualTo("sig-1");
    assertThat(second.at("/messages/1/content/1/type").asText()).isEqualTo("tool_use");

    // Another model began it: this one must not think in the middle.
    List<ObjectNode> foreign = List.of(wish, called(null), result());
    provider.ask(provider.request(Thinking.MEDIUM, foreign)).answer().await();
    assertThat(provider.requests().get(2).has("thinking")).isFalse();
  }

  private static ObjectNode called(JsonNode thought) {
    ObjectNode message =
        Json.object().put("role", "assistant").put("provider", "p").put("model", "m");
    var content = message.putArray("content");
    if (thought != null) {
      content.add(thought);
    }
    content
        .addObject()
        .put("type", "toolCall")
        .put("id", "toolu_1")
        .put("name", "weather")
        .putObject("arguments")
        .put("city", "Rome");
    return message;
  }

  private static ObjectNode result() {
    ObjectNode message =
        Json.object()
            .put("role", "toolResult")
            .put("toolCallId", "toolu_1")
            .put("toolName", "weather");
    message.putArray("content").addObject().put("type", "text").put("text", "rain");
    return message;
  }

  @Test
  void whoseAnswersAreBoundedThinksWithinTheBound() {
    try (ProviderDouble small =
        new ProviderDouble("anthropic-messages", ",reasoning:true,maxTokens:4096")) {
      small.says(SSE, START, text(), said("x"), done(0), end("end_turn"), STOP);
      List<ObjectNode> wish = List.of(ProviderDouble.user("x"));
      small.ask(small.request(Thinking.HIGH, wish)).answer().await();
      JsonNode sent = small.requests().getFirst();
      assertThat(sent.path("max_tokens").asInt()).isEqualTo(4_096);
      assertThat(sent.at("/thinking/budget_tokens").asInt()).isEqualTo(3_072);
    }
  }
}
