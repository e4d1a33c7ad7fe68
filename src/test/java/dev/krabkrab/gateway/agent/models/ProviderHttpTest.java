package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.net.LittleProxy;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.http.HttpConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a provider's server is dealt with, whatever its answer says. */
@Timeout(60)
class ProviderHttpTest {
  private static final String SSE = "text/event-stream";
  private static final String WORD =
      "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final ProviderDouble provider = new ProviderDouble("openai-completions", "");

  @AfterEach
  void stop() {
    provider.close();
  }

  /** Four times as long as it bears to hear nothing, the server only sends comments. */
  @Test
  void commentsAreSignsOfLife() {
    provider.bears(Duration.ofMillis(1_500));
    provider.does(
        response -> {
          response.setChunked(true).putHeader("content-type", SSE);
          int[] left = {60};
          provider
              .vertx()
              .setPeriodic(
                  100,
                  timer -> {
                    if (left[0]-- > 0) {
                      response.write(": still there\n\n");
                    } else {
                      provider.vertx().cancelTimer(timer);
                      response.end(WORD + DONE);
                    }
                  });
        });
    assertThat(provider.ask("x").answer().await().text()).isEqualTo("hi");
  }

  @Test
  void silenceIsNone() {
    provider.bears(Duration.ofMillis(400));
    provider.begins(SSE, ": still there\n\n");
    assertThat(StreamShape.failure(provider.ask("x"))).hasMessage("the provider fell silent");
    await().until(() -> provider.open() == 0);
  }

  /** The answer is whole, and the server neither ends it nor hangs up. */
  @Test
  void anEndThatDoesNotComeIsNotWaitedForLong() {
    provider.bears(Duration.ofSeconds(3));
    provider.begins(SSE, WORD);
    assertThat(provider.ask("x").answer().await().text()).isEqualTo("hi");
    await().until(() -> provider.open() == 0);
  }

  @Test
  void connectionsAreUsedAgain() {
    Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    provider.watches(request -> connections.add(request.connection()));
    provider.says(SSE, WORD, DONE);
    for (int i = 0; i < 5; i++) {
      provider.ask("x").answer().await();
      await().until(() -> provider.open() == 0);
    }
    assertThat(connections).hasSizeLessThan(4);
  }

  @ParameterizedTest
  @CsvSource({"7, 7000", "0.2, 200", "tomorrow, 0"})
  void aProviderSaysWhenItIsToBeAskedAgain(String told, long ms) {
    provider.refuses(429, "{\"error\":{\"message\":\"busy\"}}", Map.of("retry-after", told));
    ModelFailure failure = StreamShape.failure(provider.ask("x"));
    assertThat(failure).hasMessage("429 busy");
    assertThat(failure.retryAfterMs()).isEqualTo(ms);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | <html><title>Oops</title></html> | 500 a page of HTML: Oops",
        "502 | upstream is gone | 502 upstream is gone",
        "503 | '' | 503",
        "404 | {\"detail\":\"Not Found\"} | 404 Not Found",
        "400 | {\"error\":{\"message\":\"a\\nb \\u202e c\"}} | 400 a b \\u202e c",
        "302 | '' | 302"
      })
  void whatAProviderRefusesWithIsShownToPeople(int status, String body, String shown) {
    provider.refuses(status, body);
    assertThat(StreamShape.failure(provider.ask("x"))).hasMessage(shown);
  }

  @Test
  void keysAreNotTold() {
    provider.refuses(
        401, "{\"error\":{\"message\":\"no key Bearer key-1 but long-header-secret\"}}");
    assertThat(StreamShape.failure(provider.ask("x")))
        .hasMessage("401 no key Bearer key-1 but (hidden)");
  }

  @Test
  void whoCannotBeReachedIsNamedWithoutClassesOfJava() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    provider.movesTo(free);
    ModelFailure failure = StreamShape.failure(provider.ask("x"));
    assertThat(failure).hasMessage("the provider at 127.0.0.1:" + free + " cannot be reached");
    assertThat(failure.isPassing()).isTrue();
  }

  @Test
  void whoHangsUpAtOnceBrokeOff() {
    provider.does(response -> response.reset());
    assertThat(StreamShape.failure(provider.ask("x")))
        .hasMessageContaining("broke off before it answered");
  }

  @ParameterizedTest
  @CsvSource({
    "openai-completions, reasoning_content",
    "openai-completions, reasoning",
    "openai-completions, thinking",
    "openai-completions, reasoning_text",
    "ollama, thinking"
  })
  void whatWasThoughtGoesBackWithItsCalls(String api, String field) {
    try (ProviderDouble thinker = new ProviderDouble(api, ",reasoning:true")) {
      boolean lines = api.equals("ollama");
      for (String piece : List.of("rain ", "perhaps")) {
        thinker.adds(delta(lines, Json.object().put(field, piece)));
      }
      ObjectNode calling = Json.object();
      ObjectNode call = calling.putArray("tool_calls").addObject().put("id", "c1").put("index", 0);
      ObjectNode function = call.putObject("function").put("name", "weather");
      if (lines) {
        function.putObject("arguments");
        thinker.adds(delta(true, calling), "{\"done\":true}\n");
      } else {
        function.put("arguments", "{}");
        thinker.adds(delta(false, calling), WORD.replace("\"content\":\"hi\"", ""), DONE);
      }
      thinker.saysAdded(lines ? "application/x-ndjson" : SSE);
      ModelAnswer answer = thinker.ask("how is it?").answer().await();
      ObjectNode thought = answer.thought();
      assertThat(thought).isNotNull();
      assertThat(thought.path("thinking").asText()).isEqualTo("rain perhaps");
      JsonNode given = given(thinker, thought, "m");
      assertThat(given.path(field).asText()).isEqualTo("rain perhaps");
      assertThat(given.path("tool_calls")).hasSize(1);
      assertThat(given(thinker, thought, "other").has(field)).isFalse();
    }
  }

  @Test
  void detailsOfReasoningGoBackAsTheyCame() {
    List<String> pieces =
        List.of(
            "{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"rain \",\"format\":\"f\"}",
            "{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"perhaps\"}",
            "{\"type\":\"reasoning.text\",\"index\":0,\"signature\":\"sig\"}",
            "{\"type\":\"reasoning.encrypted\",\"index\":1,\"data\":\"abc\"}");
    for (String piece : pieces) {
      ObjectNode delta = Json.object();
      delta.putArray("reasoning_details").add(Json.parseObject(piece));
      provider.adds(delta(false, delta));
    }
    ObjectNode calling = Json.object();
    calling
        .putArray("tool_calls")
        .addObject()
        .put("id", "c1")
        .putObject("function")
        .put("name", "weather");
    provider.adds(delta(false, calling), WORD.replace("\"content\":\"hi\"", ""), DONE);
    provider.saysAdded(SSE);
    ObjectNode thought = provider.ask("how is it?").answer().await().thought();
    JsonNode given = given(provider, thought, "m").path("reasoning_details");
    assertThat(given)
        .isEqualTo(
            Json.tryParse(
                "[{\"type\":\"reasoning.text\",\"index\":0,\"text\":\"rain"
                    + " perhaps\",\"format\":\"f\",\"signature\":\"sig\"},"
                    + pieces.getLast()
                    + "]"));
  }

  private static String delta(boolean line, ObjectNode delta) {
    ObjectNode json = Json.object();
    if (line) {
      json.set("message", delta);
      return Json.text(json) + "\n";
    }
    json.putArray("choices").addObject().set("delta", delta);
    return "data: " + Json.text(json) + "\n\n";
  }

  /** The message with the call, as a model is given it again. */
  private static JsonNode given(ProviderDouble provider, ObjectNode thought, String model) {
    ObjectNode said = Json.object().put("role", "assistant").put("provider", "p");
    var content = said.put("model", model).putArray("content").add(thought);
    content
        .addObject()
        .put("type", "toolCall")
        .put("id", "c1")
        .put("name", "weather")
        .putObject("arguments");
    ObjectNode result = Json.object().put("role", "toolResult").put("toolCallId", "c1");
    result.put("toolName", "weather").putArray("content").addObject().put("type", "text");
    ObjectNode before = Json.object().put("role", "assistant");
    before.putArray("content").addObject().put("type", "text").put("text", "well");
    List<ObjectNode> messages =
        List.of(ProviderDouble.user("a"), before, ProviderDouble.user("b"), said, result);
    provider.ask(provider.request(Thinking.OFF, messages)).answer().await();
    JsonNode sent = provider.requests().getLast().path("messages");
    assertThat(sent.path(2).path("tool_calls")).isEmpty();
    return sent.path(4);
  }

  private void answers() {
    provider.does(
        response -> response.setChunked(true).putHeader("content-type", SSE).end(WORD + DONE));
  }

  @Test
  void aProviderIsAskedThroughTheProxy() {
    answers();
    try (LittleProxy proxy = new LittleProxy()) {
      proxy.knows("models.test:" + provider.port(), provider.port()).wants("Basic YW5uOnB3");
      provider.liesBehind(proxy.egressBy(proxy.url("ann", "pw")), "models.test");
      Set<String> names = ConcurrentHashMap.newKeySet();
      provider.watches(request -> names.addAll(request.headers().names()));
      assertThat(provider.ask("x").answer().await().text()).isEqualTo("hi");
      assertThat(proxy.asked())
          .hasSize(1)
          .first()
          .asString()
          .startsWith("POST http://models.test:");
      assertThat(names)
          .isNotEmpty()
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("proxy"));
    }
  }

  @Test
  void aProxyThatIsInTheWayIsNamed() {
    answers();
    try (LittleProxy proxy = new LittleProxy()) {
      provider.liesBehind(proxy.egress(), "models.test");
      proxy.wants("Basic other");
      assertThat(provider.ask("x").answer())
          .satisfies(
              asked ->
                  assertThatThrownBy(asked::await)
                      .hasMessageContaining(
                          "the provider at models.test:"
                              + provider.port()
                              + " cannot be reached through the proxy "
                              + proxy.address()
                              + ", which asks for another user and password (status 407)"));
      proxy.close();
      assertThatThrownBy(() -> provider.ask("x").answer().await())
          .hasMessageContaining(" cannot be reached through the proxy " + proxy.address());
    }
  }
}
