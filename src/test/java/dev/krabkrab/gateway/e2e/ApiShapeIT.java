package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /v1} answers has the shape that OpenAI's clients read, whatever goes wrong. */
@Timeout(120)
class ApiShapeIT extends TwoInstances {
  private static final String CHAT = "/v1/chat/completions";
  private static final String RESPONSES = "/v1/responses";
  private static final String ASKING_CHAT =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String ASKING = "{\"model\":\"openclaw\",\"input\":\"hi\"}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ModelServer models = closing(new ModelServer());

  @Override
  String config() {
    String document = models.document("words-2-1");
    return config(
        ",http:{endpoints:{chatCompletions:{enabled:true},responses:{enabled:true}}}",
        document.substring(0, document.length() - 1)
            + ",list:[{id:'main'},{id:'ops'},{id:'failing',model:'test/wrong'},"
            + "{id:'torn',model:'test/torn'},{id:'slow',model:'test/words-1-40000'}]},"
            + "messages:{queue:{cap:1}}");
  }

  @AfterAll
  void stop() {
    http.close();
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(0) + path))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(String method, String path, String token, String body) {
    return Http.send(
        http,
        request(path, token).method(method, HttpRequest.BodyPublishers.ofString(body)).build());
  }

  private static JsonNode checkedError(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("content-type"))
        .contains("application/json; charset=utf-8");
    return checkedError(answer.body());
  }

  private static JsonNode checkedError(String body) {
    JsonNode error = Objects.requireNonNull(Json.tryParse(body), body).path("error");
    assertThat(error.path("message").isTextual()).as(body).isTrue();
    assertThat(error.path("message").asText()).as(body).isNotBlank();
    assertThat(error.path("type").isTextual()).as(body).isTrue();
    assertThat(error.has("param")).as(body).isTrue();
    assertThat(error.has("code")).as(body).isTrue();
    return error;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // No such path, and nearly one.
        "GET    | /v1                            | good  | ~~ | 404",
        "GET    | /v1/                           | good  | ~~ | 404",
        "GET    | /v1/nothing                    | good  | ~~ | 404",
        "POST   | /v1/embeddings                 | good  | {} | 404",
        "POST   | /v1/completions                | good  | {} | 404",
        "POST   | /v1/chat/completions/          | good  | {} | 404",
        "GET    | /v1//models                    | good  | ~~ | 404",
        "GET    | /v1/models/                    | good  | ~~ | 404",
        "GET    | /v1/%6dodels                   | good  | ~~ | 404",
        // Another method.
        "GET    | /v1/chat/completions           | good  | ~~ | 405",
        "DELETE | /v1/chat/completions           | good  | ~~ | 405",
        "GET    | /v1/responses                  | good  | ~~ | 405",
        "OPTIONS | /v1/responses                 | good  | ~~ | 405",
        "POST   | /v1/models                     | good  | {} | 405",
        "DELETE | /v1/models/openclaw:main       | good  | ~~ | 405",
        // Nobody.
        "POST   | /v1/chat/completions           | wrong | {} | 401",
        "POST   | /v1/responses                  | wrong | {} | 401",
        "GET    | /v1/models                     | wrong | ~~ | 401",
        "GET    | /v1/models/openclaw:main       | wrong | ~~ | 401",
        // Bodies.
        "POST   | /v1/chat/completions           | good  | ~~ | 400",
        "POST   | /v1/chat/completions           | good  | no | 400",
        "POST   | /v1/chat/completions           | good  | [] | 400",
        "POST   | /v1/chat/completions           | good  | {\"messages\":7} | 400",
        "POST   | /v1/responses                  | good  | ~~ | 400",
        "POST   | /v1/responses                  | good  | no | 400",
        "POST   | /v1/responses                  | good  | 7 | 400",
        // Models.
        "GET    | /v1/models/gpt-4o              | good  | ~~ | 404",
        "GET    | /v1/models/openclaw:ghost      | good  | ~~ | 404",
        "GET    | /v1/models/openclaw/ghost      | good  | ~~ | 404",
        "GET    | /v1/models/ops                 | good  | ~~ | 404",
        "GET    | /v1/models/openclaw%3Aghost    | good  | ~~ | 404",
        "GET    | /v1/models/openclaw%2Fghost    | good  | ~~ | 404",
        // Runs that fail.
        "POST   | /v1/chat/completions | good |"
            + " {\"model\":\"openclaw:failing\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            + " | 500",
        "POST   | /v1/chat/completions | good |"
            + " {\"model\":\"openclaw:torn\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            + " | 500",
        "POST   | /v1/responses | good | {\"model\":\"openclaw:failing\",\"input\":\"hi\"} | 500",
        "POST   | /v1/responses | good | {\"model\":\"openclaw:torn\",\"input\":\"hi\"} | 500",
      })
  void whatGoesWrongHasOneShape(
      String method, String path, String who, @Nullable String body, int status) {
    String token = who.equals("good") ? Cluster.TOKEN : "wrong";
    HttpResponse<String> answer = send(method, path, token, body == null ? "" : body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = checkedError(answer);
    if (path.startsWith("/v1/models/") && status == 404 && !path.endsWith("/")) {
      assertThat(error.path("code").asText()).isEqualTo("model_not_found");
    }
    if (status == 405) {
      assertThat(answer.headers().firstValue("allow")).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, RESPONSES})
  void aBodyThatIsTooLargeIsRefusedInIt(String path) {
    HttpResponse<String> answer =
        send("POST", path, Cluster.TOKEN, "x".repeat(20 * 1024 * 1024 + 1));
    assertThat(answer.statusCode()).isEqualTo(413);
    checkedError(answer);
  }

  /** Bodies are JSON whatever their content type says. */
  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "nonsense"})
  void theContentTypeSaysNothing(String type) {
    HttpRequest asking =
        request(RESPONSES, Cluster.TOKEN)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(ASKING))
            .build();
    assertThat(Http.send(http, asking).statusCode()).isEqualTo(200);
  }

  /** {@code ^} is the end of a line, {@code *} nine thousand letters. */
  @ParameterizedTest
  @CsvSource({
    "GET /v1/models HTTP/1.1^Host: x^X-A: *, 431",
    "GET /v1/* HTTP/1.1^Host: x, 414",
    "GET /v1/models HTTP/1.1^Host: x^Content-Length: x, 400",
    "GET /v1/models HTTP/9^Host: x, 400",
  })
  void aHeadThatCannotBeReadIsRefusedInIt(String head, int status) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(0))) {
      socket.setSoTimeout(30_000);
      String sent = head.replace("^", "\r\n").replace("*", "x".repeat(9_000));
      socket.getOutputStream().write((sent + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*");
      checkedError(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
  }

  @Test
  void aStreamThatFailsSaysSoInIt() {
    HttpResponse<String> chat =
        send(
            "POST",
            CHAT,
            Cluster.TOKEN,
            ASKING_CHAT.replace(
                "{\"messages", "{\"stream\":true,\"model\":\"openclaw:failing\",\"messages"));
    List<String> data = chat.body().lines().filter(line -> line.startsWith("data: {")).toList();
    checkedError(data.getLast().substring(6));
    HttpResponse<String> response =
        send(
            "POST",
            RESPONSES,
            Cluster.TOKEN,
            "{\"stream\":true,\"model\":\"openclaw:failing\",\"input\":\"hi\"}");
    assertThat(response.body()).contains("event: response.failed").contains("mock failure");
  }

  /** The second run of a session waits, a third is too many; on whichever instance. */
  @ParameterizedTest
  @ValueSource(strings = {CHAT, RESPONSES})
  void aStreamThatCannotBeginIsAnHttpError(String path) {
    String body =
        (path.equals(CHAT) ? ASKING_CHAT : ASKING)
            .replaceFirst(
                "\\{(\"model\":\"openclaw\",)?", "{\"model\":\"openclaw:slow\",\"stream\":true,");
    List<CompletableFuture<HttpResponse<Stream<String>>>> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      running.add(http.sendAsync(inOneSession(0, path, body), HttpResponse.BodyHandlers.ofLines()));
      assertThat(running.getLast().join().statusCode()).isEqualTo(200);
    }
    for (int instance = 0; instance < 2; instance++) {
      HttpResponse<String> refused = Http.send(http, inOneSession(instance, path, body));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(checkedError(refused).path("message").asText()).contains("too many messages");
    }
    running.forEach(stream -> stream.join().body().close());
  }

  private HttpRequest inOneSession(int instance, String path, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(instance) + path))
        .header("Authorization", "Bearer " + Cluster.TOKEN)
        .header("x-openclaw-session-key", "agent:slow:full-" + path.length())
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** By each name that a request may ask it by; its own name comes back. */
  @ParameterizedTest
  @CsvSource({
    "openclaw:main, openclaw:main",
    "openclaw:ops, openclaw:ops",
    "openclaw/ops, openclaw/ops",
    "krabkrab:ops, krabkrab:ops",
    "agent:ops, agent:ops",
    "openclaw%3Aops, openclaw:ops",
    "openclaw%2Fops, openclaw/ops",
    "openclaw, openclaw",
    "openclaw/default, openclaw/default",
  })
  void aModelIsFoundByItsName(String asked, String id) {
    HttpResponse<String> answer = send("GET", "/v1/models/" + asked, Cluster.TOKEN, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode model = Objects.requireNonNull(Json.tryParse(answer.body()));
    assertThat(model.path("id").asText()).isEqualTo(id);
    assertThat(model.path("object").asText()).isEqualTo("model");
    assertThat(model.path("created").isIntegralNumber()).isTrue();
    assertThat(model.path("owned_by").asText()).isEqualTo("krabkrab");
  }

  @Test
  void whatIsListedIsFound() {
    JsonNode list =
        Objects.requireNonNull(Json.tryParse(send("GET", "/v1/models", Cluster.TOKEN, "").body()));
    List<String> ids = list.path("data").findValuesAsText("id");
    assertThat(ids).contains("openclaw:main", "openclaw:ops");
    for (String id : ids) {
      assertThat(send("GET", "/v1/models/" + id, Cluster.TOKEN, "").statusCode()).isEqualTo(200);
    }
  }

  private CompletableFuture<List<String>> untilTwoComments(String path, String body) {
    return http.sendAsync(
            request(path, Cluster.TOKEN).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofLines())
        .thenApply(
            response -> {
              List<String> read = new ArrayList<>();
              int comments = 0;
              try (Stream<String> lines = response.body()) {
                var all = lines.iterator();
                while (comments < 2 && all.hasNext()) {
                  String line = all.next();
                  read.add(line);
                  comments += line.startsWith(":") ? 1 : 0;
                }
              }
              return read;
            });
  }

  /** The model says its first word after forty seconds. */
  @Test
  void commentsComeWhileNothingIsSaid() {
    long begun = System.nanoTime();
    List<CompletableFuture<List<String>>> both =
        List.of(
            untilTwoComments(
                CHAT,
                ASKING_CHAT.replace(
                    "{\"messages", "{\"stream\":true,\"model\":\"openclaw:slow\",\"messages")),
            untilTwoComments(
                RESPONSES, "{\"stream\":true,\"model\":\"openclaw:slow\",\"input\":\"hi\"}"));
    for (CompletableFuture<List<String>> lines : both) {
      assertThat(lines.join()).filteredOn(line -> line.startsWith(":")).hasSize(2);
      assertThat(lines.join()).noneMatch(line -> line.contains("w0"));
    }
    assertThat((System.nanoTime() - begun) / 1_000_000_000).isBetween(29L, 90L);
  }
}
