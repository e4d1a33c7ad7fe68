package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What other systems tell agents, on two instances. Protocol 04 §23. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HooksIT {
  private static final String SECRET = "secret-of-the-hooks";
  private static final String HOOKS =
      "hooks:{enabled:true,token:'"
          + SECRET
          + "',path:'/in',mappings:[{match:{path:'mail'},messageTemplate:'{{messages[0].subject}}"
          + " for {{query.box}} by {{headers.x-by}}',"
          + "sessionKey:'mail-{{messages[0].id}}'},{match:{path:'ping'},action:'wake',textTemplate:'ping"
          + " of {{payload.from}}'},{match:{path:'tell'},messageTemplate:'tell"
          + " {{what}}',channel:'telegram',to:'{{query.whom}}'},{match:{path:'note'},messageTemplate:'note"
          + " {{what}}',deliver:false,channel:'telegram',to:'4799'},{match:{path:'ops'},messageTemplate:'ops"
          + " {{what}}',agentId:'Ops'},{match:{path:'crossed'},messageTemplate:'x',agentId:'ops',"
          + "sessionKey:'agent:main:x'},{match:{path:'nobody'},messageTemplate:'x',agentId:'nobody'}]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final TelegramServer telegram = new TelegramServer();

  @RegisterExtension
  final Cluster cluster =
      Cluster.of(
              2,
              TwoInstances.config(
                  "",
                  "agents:{list:[{id:'main'},{id:'ops'}]},channels:{telegram:{"
                      + telegram.settings()
                      + ",allowFrom:[77]}},"
                      + HOOKS))
          .closing(telegram);

  private Peer watcher;

  @BeforeAll
  void start() {
    watcher = cluster.admin(1);
  }

  @AfterAll
  void stop() {
    watcher.close();
    http.close();
  }

  private HttpRequest.Builder request(int instance, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(instance) + path));
  }

  private HttpResponse<String> send(HttpRequest request) {
    return Http.send(http, request);
  }

  private HttpResponse<String> post(int instance, String path, String body, String... headers) {
    HttpRequest.Builder request =
        request(instance, path)
            .header("Authorization", "Bearer " + SECRET)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request.build());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Objects.requireNonNull(Json.tryParse(response.body()), response.body());
  }

  private String answer(String runId) {
    return watcher.finalText(runId);
  }

  @Test
  void anAgentIsAskedOnceForEachKey() {
    String key = UUID.randomUUID().toString();
    HttpResponse<String> first =
        post(0, "/in/agent", "{\"message\":\"look\"}", "Idempotency-Key", key);
    assertThat(first.statusCode()).isEqualTo(202);
    String runId = json(first).path("runId").asText();
    assertThat(answer(runId)).contains("[Hook] look");
    HttpResponse<String> again =
        post(1, "/in/agent", "{\"message\":\"look\"}", "Idempotency-Key", key);
    assertThat(json(again).path("runId").asText()).isEqualTo(runId);
    JsonNode history =
        watcher.ok("chat.history", "{\"sessionKey\":\"agent:main:hook:" + runId + "\"}");
    assertThat(history.path("messages")).hasSize(2);
  }

  @Test
  void aMappingFillsItsTemplate() {
    HttpResponse<String> response =
        post(
            0,
            "/in/mail?box=me",
            "{\"messages\":[{\"id\":\"7\",\"subject\":\"news\"}]}",
            "x-by",
            "them");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(answer(json(response).path("runId").asText())).contains("news for me by them");
    JsonNode history = watcher.ok("chat.history", "{\"sessionKey\":\"agent:main:mail-7\"}");
    assertThat(history.path("messages")).hasSize(2);
  }

  /** As where a request names an agent: nothing is made to fit. */
  @Test
  void aMappingSaysWhichAgentAnswers() {
    for (int instance = 0; instance < 2; instance++) {
      HttpResponse<String> response = post(instance, "/in/ops", "{\"what\":\"now\"}");
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
      String runId = json(response).path("runId").asText();
      assertThat(answer(runId)).contains("ops now");
      JsonNode history =
          watcher.ok("chat.history", "{\"sessionKey\":\"agent:ops:hook:" + runId + "\"}");
      assertThat(history.path("messages")).hasSize(2);
      assertThat(post(instance, "/in/crossed", "{}").statusCode()).isEqualTo(400);
      assertThat(post(instance, "/in/nobody", "{}").statusCode()).isEqualTo(404);
    }
  }

  private List<String> saidTo(int chat) {
    return telegram.said().stream().filter(one -> one.startsWith(chat + ": ")).toList();
  }

  private void heard(int chat, String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(saidTo(chat)).anyMatch(one -> one.contains(text)));
  }

  @Test
  void theAnswerGoesToTheChannelThatIsNamedOnce() {
    String key = UUID.randomUUID().toString();
    String body = "{\"message\":\"tell them\",\"channel\":\"telegram\",\"to\":4701}";
    post(0, "/in/agent", body, "Idempotency-Key", key);
    assertThat(post(1, "/in/agent", body, "Idempotency-Key", key).statusCode()).isEqualTo(202);
    heard(4701, "[Hook] tell them");
    post(1, "/in/agent", body.replace("tell them", "and this"));
    heard(4701, "[Hook] and this");
    assertThat(saidTo(4701)).hasSize(2);
  }

  @Test
  void aMappingSaysWhereTheAnswerGoes() {
    HttpResponse<String> note = post(0, "/in/note", "{\"what\":\"nothing\"}");
    assertThat(answer(json(note).path("runId").asText())).contains("note nothing");
    assertThat(post(1, "/in/tell?whom=4702", "{\"what\":\"news\"}").statusCode()).isEqualTo(202);
    heard(4702, "tell news");
    assertThat(saidTo(4799)).isEmpty();
  }

  @Test
  void theAnswerGoesWhereTheSessionWasLast() {
    telegram.write(77, "Ann", "good morning");
    heard(77, "good morning");
    post(0, "/in/agent", "{\"message\":\"look here\",\"sessionKey\":\"main\"}");
    heard(77, "[Hook] look here");
    String silent = "{\"message\":\"hush\",\"sessionKey\":\"main\",\"deliver\":false}";
    answer(json(post(1, "/in/agent", silent)).path("runId").asText());
    post(1, "/in/agent", "{\"message\":\"the end\",\"sessionKey\":\"main\"}");
    heard(77, "[Hook] the end");
    assertThat(saidTo(77)).noneMatch(one -> one.contains("hush"));
  }

  @Test
  void anUnknownChannelIsRefused() {
    HttpResponse<String> response =
        post(0, "/in/agent", "{\"message\":\"x\",\"channel\":\"pigeon\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo("{\"ok\":false,\"error\":\"channel must be last|telegram\"}");
    HttpResponse<String> whom =
        post(0, "/in/agent", "{\"message\":\"x\",\"channel\":\"telegram\",\"to\":\"?\"}");
    assertThat(whom.statusCode()).isEqualTo(400);
    assertThat(json(whom).path("error").asText()).startsWith("Delivering to Telegram requires to");
  }

  @Test
  void theMainConversationIsWoken() {
    String text = "wake " + UUID.randomUUID();
    HttpResponse<String> response =
        post(0, "/in/wake", "{\"text\":\"" + text + "\",\"mode\":\"next-heartbeat\"}");
    assertThat(response.body()).isEqualTo("{\"ok\":true,\"mode\":\"next-heartbeat\"}");
    assertThat(post(0, "/in/ping", "{\"from\":\"there\"}").statusCode()).isEqualTo(200);
    String queued = Json.text(watcher.ok("status", "{}").path("queuedSystemEvents"));
    assertThat(queued).contains(text).contains("ping of there");
  }

  @Test
  void whatCannotBeUsedIsRefused() {
    assertThat(json(post(0, "/in/agent", "{}")).path("error").asText())
        .isEqualTo("message required");
    assertThat(json(post(0, "/in/wake", "{}")).path("error").asText()).isEqualTo("text required");
    assertThat(post(0, "/in/other", "{}").statusCode()).isEqualTo(404);
    HttpResponse<String> large = post(0, "/in/wake", "x".repeat(300_000));
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(json(large).path("error").asText()).isEqualTo("payload too large");
  }

  @Test
  void theTokenIsAskedForBeforeTheMethod() {
    HttpRequest wrong =
        request(0, "/in/wake").header("Authorization", "Bearer " + Cluster.TOKEN).GET().build();
    assertThat(send(wrong).statusCode()).isEqualTo(401);
    HttpResponse<String> get =
        send(request(0, "/in/wake").header("x-openclaw-token", SECRET).GET().build());
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("allow")).contains("POST");
    assertThat(send(request(0, "/hooks/wake").GET().build()).statusCode()).isEqualTo(404);
  }
}
