package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ToolChoiceFunction;
import com.openai.models.responses.ToolChoiceOptions;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * OpenAI's client library for Java, as it is, against two instances; it checks each answer for what
 * OpenAI promises.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiClientIT {
  private static final String WEATHER = "{\"city\":\"Ulm\"}";

  private final ModelServer models = new ModelServer();

  @RegisterExtension
  final Cluster cluster =
      Cluster.of(
              2,
              TwoInstances.config(
                  ",http:{endpoints:{chatCompletions:{enabled:true},responses:{enabled:true}}}",
                  models.document("words-3-20")))
          .closing(models);

  private OpenAIClient a;
  private OpenAIClient b;

  @BeforeAll
  void start() {
    a = client(0, Cluster.TOKEN);
    b = client(1, Cluster.TOKEN);
  }

  @AfterAll
  void stop() {
    a.close();
    b.close();
  }

  private OpenAIClient client(int instance, String token) {
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + cluster.port(instance) + "/v1")
        .apiKey(token)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat(String words) {
    return ChatCompletionCreateParams.builder().model("openclaw").addUserMessage(words);
  }

  private static ResponseCreateParams.Builder respond(String words) {
    return ResponseCreateParams.builder().model("openclaw").input(words);
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .map(content -> content.asOutputText().text())
        .collect(Collectors.joining());
  }

  @Test
  void agentsAreModels() {
    assertThat(a.models().list().data()).extracting(Model::id).contains("openclaw:main");
    assertThat(b.models().list().autoPager().stream().map(Model::id)).contains("openclaw:main");
  }

  @Test
  void chatCompletionsComeWhole() {
    ChatCompletion answer = a.chat().completions().create(chat("hi").build());
    assertThat(answer.choices().getFirst().message().content()).contains("w0 w1 w2");
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(13);
  }

  @Test
  void chatCompletionsComeInPieces() {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> chunks =
        b.chat().completions().createStreaming(chat("hi").build())) {
      chunks.stream().forEach(whole::accumulate);
    }
    assertThat(whole.chatCompletion().choices().getFirst().message().content())
        .contains("w0 w1 w2 ");
  }

  @Test
  void responsesComeWhole() {
    Response answer = b.responses().create(respond("hi").instructions("be brief").build());
    assertThat(answer.status()).contains(ResponseStatus.COMPLETED);
    assertThat(text(answer)).isEqualTo("w0 w1 w2");
    assertThat(answer.usage().orElseThrow().inputTokens()).isEqualTo(10);
    assertThat(answer.parallelToolCalls()).isFalse();
  }

  private static Response streamed(OpenAIClient client, ResponseCreateParams params) {
    ResponseAccumulator whole = ResponseAccumulator.create();
    try (StreamResponse<ResponseStreamEvent> events = client.responses().createStreaming(params)) {
      events.stream().forEach(whole::accumulate);
    }
    return whole.response();
  }

  @Test
  void responsesComeInPieces() {
    assertThat(text(streamed(a, respond("hi").build()))).isEqualTo("w0 w1 w2");
  }

  /** A session whose model calls the tool of that name with what it is told, as JSON. */
  private String calling(String tool) {
    String user = UUID.randomUUID().toString();
    try (Peer admin = cluster.admin(0)) {
      admin.ok(
          "sessions.patch",
          Json.text(
              Json.object()
                  .put("key", "agent:main:openresponses-user:" + user)
                  .put("model", "test/tool-" + tool)));
    }
    return user;
  }

  private static FunctionTool weather() {
    return FunctionTool.builder()
        .name("get_weather")
        .description("What the weather is like")
        .parameters(
            FunctionTool.Parameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty(
                    "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build())
        .strict(false)
        .build();
  }

  private static ResponseFunctionToolCall call(Response response) {
    return response.output().stream()
        .flatMap(item -> item.functionCall().stream())
        .findFirst()
        .orElseThrow();
  }

  private static ResponseInputItem output(String callId) {
    return ResponseInputItem.ofFunctionCallOutput(
        ResponseInputItem.FunctionCallOutput.builder().callId(callId).output("15 degrees").build());
  }

  /** Asked on one instance, carried out here, and gone on with on the other one. */
  @Test
  void toolsOfTheClientAreCalledAndGoneOnWithInTheSession() {
    String user = calling("get_weather");
    Response asked = a.responses().create(respond(WEATHER).user(user).addTool(weather()).build());
    assertThat(asked.status()).contains(ResponseStatus.INCOMPLETE);
    assertThat(asked.output()).hasSize(1);
    assertThat(call(asked).name()).isEqualTo("get_weather");
    assertThat(call(asked).arguments()).isEqualTo(WEATHER);
    assertThat(models.requests().getLast().at("/tools").findValuesAsText("name"))
        .contains("get_weather");

    Response done =
        b.responses()
            .create(
                ResponseCreateParams.builder()
                    .model("openclaw")
                    .user(user)
                    .addTool(weather())
                    .inputOfResponse(List.of(output(call(asked).callId())))
                    .build());
    assertThat(done.status()).contains(ResponseStatus.COMPLETED);
    assertThat(text(done)).isEqualTo("it said: 15 degrees");
    try (Peer admin = cluster.admin(0)) {
      JsonNode history =
          admin.ok(
              "chat.history", "{\"sessionKey\":\"agent:main:openresponses-user:" + user + "\"}");
      assertThat(history.path("messages").findValuesAsText("role"))
          .containsExactly("user", "assistant", "toolResult", "assistant");
    }
  }

  @Test
  void callsOfToolsAreStreamed() {
    String user = calling("get_weather");
    Response asked = streamed(b, respond(WEATHER).user(user).addTool(weather()).build());
    assertThat(call(asked).arguments()).isEqualTo(WEATHER);
    assertThat(asked.output()).noneMatch(ResponseOutputItem::isMessage);
  }

  private JsonNode askedLast() {
    return models.requests().getLast();
  }

  private static ResponseCreateParams goingOn(Response from, String words) {
    return respond(words).previousResponseId(from.id()).build();
  }

  /** Begun on one instance, gone on with on the other one. */
  @Test
  void aResponseIsGoneOnFrom() {
    Response first = a.responses().create(respond("the word is plum").build());
    assertThat(first.previousResponseId()).isEmpty();
    Response second = b.responses().create(goingOn(first, "which word?"));
    assertThat(second.previousResponseId()).contains(first.id());
    assertThat(Json.text(askedLast().path("messages"))).contains("the word is plum", "which word?");
    a.responses().create(goingOn(second, "and now?"));
    assertThat(Json.text(askedLast().path("messages")))
        .contains("the word is plum", "which word?", "and now?");
  }

  @Test
  void aResponseIsGoneOnFromByItsOwnUserAndAgentOnly() {
    Response first = a.responses().create(respond("plum").user("one").build());
    b.responses().create(respond("and?").user("one").previousResponseId(first.id()).build());
    assertThat(Json.text(askedLast().path("messages"))).contains("plum", "and?");
    assertThatThrownBy(
            () ->
                b.responses()
                    .create(respond("and?").user("two").previousResponseId(first.id()).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("previous_response_id: that response was not written for this user");
    assertThatThrownBy(
            () ->
                b.responses()
                    .create(
                        respond("and?")
                            .model("openclaw:other")
                            .previousResponseId(first.id())
                            .build()))
        .hasMessageContaining("previous_response_id: that response is another agent's than other");
  }

  /** As some clients do that were written when the field was ignored. */
  @Test
  void aSessionThatIsNamedGoesBeforeTheResponse() {
    Response first = a.responses().create(respond("plum").build());
    Response second =
        b.responses()
            .create(
                respond("alone")
                    .previousResponseId(first.id())
                    .putAdditionalHeader(
                        "x-openclaw-session-key", "agent:main:" + UUID.randomUUID())
                    .build());
    assertThat(Json.text(askedLast().path("messages"))).contains("alone").doesNotContain("plum");
    assertThat(second.previousResponseId()).isEmpty();
  }

  @Test
  void whatIsNotStoredIsNotGoneOnFrom() {
    Response first = a.responses().create(respond("plum").store(false).build());
    assertThatThrownBy(() -> b.responses().create(goingOn(first, "and?")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("previous_response_id: no response " + first.id() + " is kept");
  }

  private static FunctionTool tool(String name) {
    return FunctionTool.builder()
        .name(name)
        .parameters(
            FunctionTool.Parameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .build())
        .strict(false)
        .build();
  }

  /** The model is made to, not only told to; once it did, it may say something. */
  @Test
  void aToolThatHasToBeCalledIsChosenForTheModel() {
    a.responses()
        .create(
            respond("hi")
                .addTool(weather())
                .addTool(tool("other"))
                .toolChoice(ToolChoiceOptions.REQUIRED)
                .build());
    assertThat(askedLast().path("tool_choice").asText()).isEqualTo("required");
    assertThat(askedLast().path("tools").findValuesAsText("name"))
        .containsExactly("get_weather", "other");
    a.responses()
        .create(
            respond("hi")
                .addTool(weather())
                .addTool(tool("other"))
                .toolChoice(ToolChoiceFunction.builder().name("other").build())
                .build());
    assertThat(askedLast().path("tool_choice").asText()).isEqualTo("required");
    assertThat(askedLast().path("tools").findValuesAsText("name")).containsExactly("other");
    a.responses().create(respond("hi").addTool(weather()).build());
    assertThat(askedLast().path("tool_choice").asText("none")).isNotEqualTo("required");
  }

  /** Even one that called something else. */
  @Test
  void onlyTheFirstAnswerOfARunHasToCallATool() {
    Response done =
        a.responses()
            .create(
                respond("{}")
                    .user(calling("something"))
                    .addTool(weather())
                    .toolChoice(ToolChoiceOptions.REQUIRED)
                    .build());
    assertThat(text(done)).isEqualTo("it said: no such tool: something");
    List<JsonNode> asked =
        models.requests().stream()
            .filter(request -> request.path("model").asText().equals("tool-something"))
            .map(JsonNode.class::cast)
            .toList();
    assertThat(asked).hasSize(2);
    assertThat(asked.getFirst().path("tool_choice").asText()).isEqualTo("required");
    assertThat(asked.getLast().path("tool_choice").asText("")).isNotEqualTo("required");
    assertThat(asked.getLast().path("tools").findValuesAsText("name")).hasSizeGreaterThan(1);
  }

  /** No session is named: the id of the response is all that leads back to the call. */
  @Test
  void aCallIsAnsweredByTheIdOfItsResponse() {
    Response asked =
        a.responses()
            .create(respond(WEATHER).user(calling("get_weather")).addTool(weather()).build());
    Response done =
        b.responses()
            .create(
                ResponseCreateParams.builder()
                    .model("openclaw")
                    .previousResponseId(asked.id())
                    .addTool(weather())
                    .inputOfResponse(List.of(output(call(asked).callId())))
                    .build());
    assertThat(text(done)).isEqualTo("it said: 15 degrees");
  }

  /** A client that keeps no session sends everything again. */
  @Test
  void aConversationSentAgainIsFolded() {
    a.responses()
        .create(
            ResponseCreateParams.builder()
                .model("openclaw")
                .inputOfResponse(
                    List.of(
                        ResponseInputItem.ofFunctionCall(
                            ResponseFunctionToolCall.builder()
                                .callId("c1")
                                .name("get_weather")
                                .arguments(WEATHER)
                                .build()),
                        output("c1")))
                .build());
    assertThat(Json.text(models.requests().getLast().path("messages")))
        .contains("Assistant: [called get_weather")
        .contains("Tool: 15 degrees");
  }

  @Test
  void errorsAreTheClientsOwn() {
    OpenAIClient stranger = client(0, "wrong");
    assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    stranger.close();
    assertThatThrownBy(() -> a.chat().completions().create(chat(" ").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("Missing user message in `messages`.");
  }
}
