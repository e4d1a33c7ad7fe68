package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents over HTTP, on two instances. Protocol 04 §19–22. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentHttpIT {
  private static final String ENDPOINTS =
      ",http:{endpoints:{chatCompletions:{enabled:true,images:{allowUrl:false}},"
          + "responses:{enabled:true,images:{allowUrl:false},files:{allowUrl:false}}}}";
  private static final String HI = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ModelServer models = new ModelServer();

  @RegisterExtension
  final Cluster cluster =
      Cluster.of(2, TwoInstances.config(ENDPOINTS, models.document("words-3-20"))).closing(models);

  @AfterAll
  void stop() {
    http.close();
  }

  private HttpRequest.Builder request(int instance, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(instance) + path))
        .header("Authorization", "Bearer " + Cluster.TOKEN);
  }

  private HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request = request(0, path).POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) {
    return Http.send(http, request);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Objects.requireNonNull(Json.tryParse(response.body()), response.body());
  }

  private static List<JsonNode> data(Stream<String> lines) {
    List<JsonNode> all = new ArrayList<>();
    lines
        .filter(line -> line.startsWith("data: {"))
        .forEach(line -> all.add(Json.parseObject(line.substring(6))));
    return all;
  }

  @Test
  void anAgentAnswersLikeAModel() {
    JsonNode answer = json(post("/v1/chat/completions", HI));
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("id").asText()).startsWith("chatcmpl_");
    assertThat(answer.path("model").asText()).isEqualTo("openclaw");
    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("w0 w1 w2");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(10);
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(13);
  }

  @Test
  void anAnswerIsStreamedInPiecesWithAnEnd() {
    HttpResponse<String> response =
        post(
            "/v1/chat/completions",
            "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    List<JsonNode> chunks = data(response.body().lines());
    StringBuilder all = new StringBuilder();
    chunks.forEach(chunk -> all.append(chunk.at("/choices/0/delta/content").asText()));
    assertThat(all).hasToString("w0 w1 w2 ");
    assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText())
        .isEqualTo("stop");
    assertThat(chunks.getLast().at("/usage/completion_tokens").asInt()).isEqualTo(3);
    assertThat(response.body()).endsWith("data: [DONE]\n\n");
  }

  @Test
  void aUserKeepsItsSessionAndTheInstructionsReachTheModel() {
    String user = UUID.randomUUID().toString();
    String body =
        "{\"user\":\""
            + user
            + "\",\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
            + "{\"role\":\"user\",\"content\":\"first\"},{\"role\":\"assistant\",\"content\":\"second\"},"
            + "{\"role\":\"user\",\"content\":\"third\"}]}";
    post("/v1/chat/completions", body);
    JsonNode asked = models.requests().getLast().path("messages");
    assertThat(asked.path(0).path("content").asText()).isEqualTo("be brief");
    assertThat(Json.text(asked.path(1)))
        .contains("Chat messages since your last reply")
        .contains("User: first\\nAssistant: second")
        .contains("User: third");
    try (Peer other = cluster.admin(1)) {
      JsonNode history =
          other.ok("chat.history", "{\"sessionKey\":\"agent:main:openai-user:" + user + "\"}");
      assertThat(history.path("messages")).hasSize(2);
    }
  }

  @Test
  void responsesTellTheirEventsByName() {
    JsonNode whole = json(post("/v1/responses", "{\"model\":\"openclaw\",\"input\":\"hi\"}"));
    assertThat(whole.path("status").asText()).isEqualTo("completed");
    assertThat(whole.at("/output/0/content/0/text").asText()).isEqualTo("w0 w1 w2");
    assertThat(whole.at("/usage/input_tokens").asInt()).isEqualTo(10);

    String stream =
        post("/v1/responses", "{\"model\":\"openclaw\",\"input\":\"hi\",\"stream\":true}").body();
    List<String> names =
        stream
            .lines()
            .filter(line -> line.startsWith("event: "))
            .map(line -> line.substring(7))
            .distinct()
            .toList();
    assertThat(names)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(stream).endsWith("data: [DONE]\n\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions | {\"messages\":[]} | 400 | Missing user message in `messages`.",
        "/v1/chat/completions | nonsense | 400 | SyntaxError: the body is not JSON",
        "/v1/chat/completions |"
            + " {\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/tiff;base64,aGk=\"}}]}]}"
            + " | 400 | Error: Unsupported image MIME type: image/tiff",
        "/v1/chat/completions |"
            + " {\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]}]}"
            + " | 400 | Error: input_image: URL sources are disabled; send a data URL",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"resp_none\"} |"
            + " 400 | previous_response_id: no response resp_none is kept (30 days, unless it was"
            + " asked for with store: false); send the whole conversation instead",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":7} | 400 |"
            + " previous_response_id: must be the id of a response",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\",\"bogus\":1} | 400 | : Unrecognized key:"
            + " \"bogus\"",
        "/v1/responses | {\"model\":\"m\",\"input\":[]} | 400 | Missing user message in `input`.",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\",\"tool_choice\":\"required\"} | 400 |"
            + " Error: tool_choice=required but no tools were provided",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\",\"tool_choice\":{\"type\":\"function\"}}"
            + " | 400 | Error: tool_choice.function.name is required",
        "/v1/responses |"
            + " {\"model\":\"m\",\"input\":\"x\",\"tool_choice\":{\"function\":{\"name\":\"t\"}}} |"
            + " 400 | Error: tool_choice requested unknown tool: t",
        "/v1/responses | {\"model\":\"m\",\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]} |"
            + " 400 | tools: type must be \"function\", not \"web_search\"",
        "/tools/invoke | {} | 400 | tools.invoke requires body.tool",
        "/tools/invoke | {\"tool\":\"nothing\"} | 404 | Tool not available: nothing",
      })
  void whatCannotBeUsedIsRefused(String path, String body, int status, String message) {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).at("/error/message").asText()).isEqualTo(message);
  }

  private static String responsesWith(String part) {
    return "{\"model\":\"openclaw\",\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":["
               + "{\"type\":\"input_text\",\"text\":\"look\"},"
        + part
        + "]}]}";
  }

  /** Both as the protocol writes them and as OpenAI's clients do. */
  @Test
  void picturesAndFilesReachTheModel() {
    String file =
        "{\"type\":\"input_file\",\"source\":{\"type\":\"base64\",\"media_type\":\"text/csv\","
            + "\"data\":\"YSxi\",\"filename\":\"t.csv\"}},{\"type\":\"input_file\",\"filename\":\"n.md\","
            + "\"file_data\":\"data:text/markdown;charset=utf-8;base64,IyBu\"}";
    assertThat(post("/v1/responses", responsesWith(file)).statusCode()).isEqualTo(200);
    assertThat(Json.text(models.requests().getLast().path("messages")))
        .contains("<file name=\\\"t.csv\\\">\\na,b\\n</file>", "<file name=\\\"n.md\\\">\\n# n\\n");

    String image =
        "{\"type\":\"input_image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
            + "\"data\":\"aGk=\"}},{\"type\":\"input_image\",\"image_url\":\"data:image/gif;base64,aGkh\"}";
    assertThat(post("/v1/responses", responsesWith(image)).statusCode()).isEqualTo(200);
    assertThat(Json.text(models.requests().getLast().path("messages")))
        .contains("data:image/png;base64,aGk=", "data:image/gif;base64,aGkh");
  }

  /** By names that programs give them; the model is told the registered one. */
  @ParameterizedTest
  @CsvSource({
    "image/jpg, image/jpeg",
    "IMAGE/JPG; q=1, image/jpeg",
    "image/pjpeg, image/jpeg",
    "image/x-png, image/png",
  })
  void picturesGoByTheirUsualNames(String sent, String told) {
    String url = "data:" + sent + ";base64,aGk=";
    String shown = "data:" + told + ";base64,aGk=";
    String part = "{\"type\":\"input_image\",\"image_url\":\"" + url + "\"}";
    assertThat(post("/v1/responses", responsesWith(part)).statusCode()).isEqualTo(200);
    assertThat(Json.text(models.requests().getLast().path("messages"))).contains(shown);
    String chat =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
            + "{\"url\":\""
            + url
            + "\"}}]}]}";
    assertThat(post("/v1/chat/completions", chat).statusCode()).isEqualTo(200);
    assertThat(Json.text(models.requests().getLast().path("messages"))).contains(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"input_image\",\"image_url\":\"data:image/tiff;base64,aGk=\"} | Error:"
            + " Unsupported image MIME type: image/tiff",
        "{\"type\":\"input_file\",\"file_data\":\"data:application/zip;base64,aGk=\"} | Error:"
            + " Unsupported file MIME type: application/zip",
        "{\"type\":\"input_image\",\"image_url\":\"https://example.com/a.png\"} | Error:"
            + " input_image: URL sources are disabled; send a data URL",
        "{\"type\":\"input_file\",\"source\":{\"type\":\"url\",\"url\":\"http://10.0.0.1/\"}} |"
            + " Error: input_file: URL sources are disabled; send a data URL",
        "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,%%%\"} | Error:"
            + " input_image: invalid base64 content",
        "{\"type\":\"input_file\"} | Error: input_file must have a source: base64 with media_type"
            + " and data, or a data URL, or a URL",
        "{\"type\":\"input_file\",\"file_data\":\"data:application/pdf;base64,aGk=\"} | Error:"
            + " the PDF is damaged; send one that opens elsewhere, or its text",
      })
  void partsThatCannotBeTakenAreRefusedByName(String part, String message) {
    HttpResponse<String> response = post("/v1/responses", responsesWith(part));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/message").asText()).isEqualTo(message);
    assertThat(json(response).at("/error/type").asText()).isEqualTo("invalid_request_error");
  }

  @Test
  void partsHaveTheirBounds() {
    String large = Base64.getEncoder().encodeToString(new byte[5 * 1024 * 1024 + 1]);
    String part =
        "{\"type\":\"input_file\",\"file_data\":\"data:text/plain;base64," + large + "\"}";
    assertThat(json(post("/v1/responses", responsesWith(part))).at("/error/message").asText())
        .isEqualTo("Error: File too large: 5242881 bytes (limit: 5242880 bytes)");
  }

  @Test
  void howLongAnAnswerMayBeIsTheModelsBusiness() {
    post("/v1/responses", "{\"model\":\"m\",\"input\":\"hi\",\"max_output_tokens\":77}");
    assertThat(Json.text(models.requests().getLast())).contains("77");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedAndTheConnectionLives() {
    HttpResponse<String> response = post("/v1/chat/completions", "x".repeat(1_100_000));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(json(response).at("/error/message").asText()).isEqualTo("payload too large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/v1/responses", "/tools/invoke", "/v1/models"})
  void nobodyComesInWithoutTheToken(String path) {
    boolean get = path.equals("/v1/models");
    HttpRequest wrong =
        request(0, path)
            .setHeader("Authorization", "Bearer wrong")
            .method(get ? "GET" : "POST", HttpRequest.BodyPublishers.ofString(HI))
            .build();
    HttpResponse<String> response = send(wrong);
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(json(response).at("/error/message").asText()).isEqualTo("Unauthorized");
    assertThat(json(response).at("/error/type").asText()).isEqualTo("unauthorized");
    HttpResponse<String> other =
        send(
            request(0, path)
                .method(get ? "POST" : "GET", HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(other.statusCode()).isEqualTo(405);
    assertThat(other.headers().firstValue("allow")).contains(get ? "GET" : "POST");
  }

  @Test
  void aFailureOfTheProviderIsAnError() {
    JsonNode answer =
        json(post("/v1/chat/completions", HI, "x-openclaw-session-key", session("wrong")));
    assertThat(answer.at("/error/message").asText()).isEqualTo("Error: 400 mock failure");
    assertThat(answer.at("/error/type").asText()).isEqualTo("api_error");
    for (String path : List.of("/v1/chat/completions", "/v1/responses")) {
      String asked = path.endsWith("responses") ? "{\"model\":\"openclaw\",\"input\":\"hi\"}" : HI;
      HttpResponse<String> torn = post(path, asked, "x-openclaw-session-key", session("torn"));
      assertThat(torn.statusCode()).as("%s", torn.body()).isGreaterThanOrEqualTo(400);
      assertThat(torn.body()).contains("broke off");
    }
  }

  private String session(String model) {
    String key = "agent:main:" + UUID.randomUUID();
    try (Peer admin = cluster.admin(1)) {
      admin.ok(
          "sessions.patch", Json.text(Json.object().put("key", key).put("model", "test/" + model)));
    }
    return key;
  }

  /** A stream of words without an end in sight. */
  private CompletableFuture<HttpResponse<Stream<String>>> goesOn(HttpClient client, String key) {
    String body = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"go on\"}]}";
    return client.sendAsync(
        request(0, "/v1/chat/completions")
            .header("x-openclaw-session-key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofLines());
  }

  @Test
  void aRunEndedFromElsewhereEndsItsStream() throws IOException {
    String key = session("words-100000-20");
    CompletableFuture<HttpResponse<Stream<String>>> streaming = goesOn(http, key);
    try (Peer watcher = cluster.admin(1)) {
      watcher.event("chat", event -> event.path("sessionKey").asText().equals(key));
      assertThat(
              watcher
                  .ok("chat.abort", "{\"sessionKey\":\"" + key + "\"}")
                  .path("aborted")
                  .asBoolean())
          .isTrue();
    }
    assertThat(streaming.join().body().filter(line -> !line.isBlank()).toList().getLast())
        .isEqualTo("data: [DONE]");
  }

  /** Half an answer does not pass for one, whether or not it was streamed. */
  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, false",
    "/v1/chat/completions, true",
    "/v1/responses, false",
    "/v1/responses, true",
  })
  void aRunThatIsEndedBeforeItsAnswerIsNoAnswer(String path, boolean stream) throws IOException {
    String key = session("words-100000-20");
    String asked = path.endsWith("responses") ? "{\"model\":\"openclaw\",\"input\":\"hi\"}" : HI;
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(
            request(0, path)
                .header("x-openclaw-session-key", key)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        asked.replace("{\"m", "{\"stream\":" + stream + ",\"m")))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    try (Peer watcher = cluster.admin(1)) {
      watcher.event("chat", event -> event.path("sessionKey").asText().equals(key));
      watcher.ok("chat.abort", "{\"sessionKey\":\"" + key + "\"}");
    }
    String body = answer.join().body();
    assertThat(answer.join().statusCode()).as(body).isEqualTo(stream ? 200 : 500);
    assertThat(body).contains("ended before its answer was complete");
    assertThat(body).doesNotContain("\"finish_reason\":\"stop\"", "response.completed");
  }

  @Test
  void whoeverGoesAwayEndsItsRun() throws IOException {
    String key = session("words-100000-20");
    try (Peer watcher = cluster.admin(1)) {
      try (HttpClient leaving = HttpClient.newHttpClient()) {
        CompletableFuture<HttpResponse<Stream<String>>> streaming = goesOn(leaving, key);
        watcher.event("chat", event -> event.path("sessionKey").asText().equals(key));
        streaming.cancel(true);
        leaving.shutdownNow();
      }
      JsonNode end = watcher.chatEnd("sessionKey", key);
      assertThat(end.path("state").asText()).isEqualTo("aborted");
    }
    await().until(() -> models.streaming() == 0);
  }

  @Test
  void agentsAreListedAsModels() {
    JsonNode list = json(send(request(1, "/v1/models").GET().build()));
    assertThat(list.at("/data/0/id").asText()).isEqualTo("openclaw:main");
  }
}
