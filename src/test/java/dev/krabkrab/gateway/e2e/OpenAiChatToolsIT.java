package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tools of the client over {@code /v1/chat/completions}, with OpenAI's client library for Java as
 * it is: called on one instance, gone on with on the other one.
 */
@Timeout(120)
class OpenAiChatToolsIT extends TwoInstances {
  private static final String WEATHER = "{\"city\":\"Ulm\"}";
  private static final String TOOL = "get_weather";

  private final ModelServer models = closing(new ModelServer());
  private OpenAIClient one;
  private OpenAIClient other;

  @Override
  String config() {
    return config(
        ",http:{endpoints:{chatCompletions:{enabled:true}}}", models.document("tool-get_weather"));
  }

  @BeforeAll
  void open() {
    one = client(0);
    other = client(1);
  }

  @AfterAll
  void leave() {
    one.close();
    other.close();
  }

  private OpenAIClient client(int instance) {
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + cluster.port(instance) + "/v1")
        .apiKey(Cluster.TOKEN)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  private static FunctionDefinition function(String name) {
    return FunctionDefinition.builder()
        .name(name)
        .description("What the weather is like")
        .parameters(
            FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty(
                    "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build())
        .build();
  }

  private static ChatCompletionCreateParams.Builder asking() {
    return ChatCompletionCreateParams.builder()
        .model("openclaw")
        .addUserMessage(WEATHER)
        .addFunctionTool(function(TOOL));
  }

  private static ChatCompletionMessageFunctionToolCall call(ChatCompletion answer) {
    return answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
  }

  private static void calls(ChatCompletion answer) {
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    assertThat(call(answer).function().name()).isEqualTo(TOOL);
    assertThat(call(answer).function().arguments()).isEqualTo(WEATHER);
    assertThat(call(answer).id()).isNotBlank();
  }

  private static ChatCompletionToolMessageParam output(ChatCompletion answer) {
    return ChatCompletionToolMessageParam.builder()
        .toolCallId(call(answer).id())
        .content("15 degrees")
        .build();
  }

  private JsonNode askedLast() {
    return models.requests().getLast();
  }

  @Test
  void aCallComesWhole() {
    calls(one.chat().completions().create(asking().build()));
    assertThat(askedLast().path("tools").findValuesAsText("name")).contains(TOOL);
  }

  @Test
  void aCallComesInPieces() {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> chunks =
        other.chat().completions().createStreaming(asking().build())) {
      chunks.stream().forEach(whole::accumulate);
    }
    calls(whole.chatCompletion());
    assertThat(whole.chatCompletion().choices().getFirst().message().content().orElse(""))
        .isEmpty();
  }

  /** In a session that is kept the result goes where the call is. */
  @Test
  void aResultIsPutWhereTheCallIs() {
    String user = UUID.randomUUID().toString();
    ChatCompletion asked = one.chat().completions().create(asking().user(user).build());
    ChatCompletion done =
        other
            .chat()
            .completions()
            .create(
                asking()
                    .user(user)
                    .addMessage(asked.choices().getFirst().message())
                    .addMessage(output(asked))
                    .build());
    assertThat(done.choices().getFirst().message().content()).contains("it said: 15 degrees");
    assertThat(done.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    JsonNode history = a.ok("chat.history", Json.text(session(user)));
    assertThat(history.path("messages").findValuesAsText("role"))
        .containsExactly("user", "assistant", "toolResult", "assistant");
  }

  private static JsonNode session(String user) {
    return Json.object().put("sessionKey", "agent:main:openai-user:" + user);
  }

  /** Where no session is kept, the conversation that is sent again tells of the call. */
  @Test
  void aConversationThatIsSentAgainTellsOfTheCall() {
    ChatCompletion asked = one.chat().completions().create(asking().build());
    other
        .chat()
        .completions()
        .create(
            asking()
                .addMessage(asked.choices().getFirst().message())
                .addMessage(output(asked))
                .build());
    assertThat(Json.text(askedLast().path("messages")))
        .contains("Assistant: [called get_weather {")
        .contains("Tool: 15 degrees");
  }

  @Test
  void aChoiceThatIsForcedIsForcedOnTheModel() {
    one.chat()
        .completions()
        .create(
            asking()
                .addFunctionTool(function("other"))
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                .build());
    assertThat(askedLast().path("tool_choice").asText()).isEqualTo("required");
    assertThat(askedLast().path("tools").findValuesAsText("name")).containsExactly(TOOL, "other");
    calls(
        one.chat()
            .completions()
            .create(
                asking()
                    .addFunctionTool(function("other"))
                    .toolChoice(
                        ChatCompletionNamedToolChoice.builder()
                            .function(
                                ChatCompletionNamedToolChoice.Function.builder().name(TOOL).build())
                            .build())
                    .build()));
    assertThat(askedLast().path("tool_choice").asText()).isEqualTo("required");
    assertThat(askedLast().path("tools").findValuesAsText("name")).containsExactly(TOOL);
    assertThat(Json.text(askedLast().path("messages"))).contains("You must call the get_weather");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "tool_choice | ~\"required\"~ | tool_choice=required but no tools were provided",
        "tool_choice | ~\"any\"~ | tool_choice: must be auto, none, required or a function",
        "tool_choice | ~{\"type\":\"function\",\"function\":{\"name\":\"t\"}}~ | unknown tool: t",
        "tool_choice | ~{\"type\":\"allowed_tools\"}~ | tool_choice.function.name is required",
        "tools | ~{\"type\":\"function\"}~ | tools: must be an array",
        "tools | ~[{\"type\":\"custom\",\"custom\":{\"name\":\"t\"}}]~ | tools: type must be",
        "tools | ~[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]~ | tools: name must be",
        "tools | ~[7]~ | tools: type must be",
        "functions | ~[{\"name\":\"t\"}]~ | functions: not served",
        "function_call | ~{\"name\":\"t\"}~ | function_call: not served",
      })
  void whatIsNotServedIsRefused(String field, String value, String message) {
    int asked = models.requests().size();
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder()
            .model("openclaw")
            .addUserMessage(WEATHER)
            .putAdditionalBodyProperty(field, JsonValue.fromJsonNode(Json.tryParse(value)))
            .build();
    assertThatThrownBy(() -> one.chat().completions().create(params))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
    assertThat(models.requests()).hasSize(asked);
  }
}
