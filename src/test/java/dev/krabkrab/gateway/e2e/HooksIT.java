package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

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
          + " of {{payload.from}}'}]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private Cluster cluster;
  private Peer watcher;

  @BeforeAll
  void start() {
    cluster = Cluster.of(2, "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}}," + HOOKS + "}");
    watcher = cluster.admin(1);
  }

  @AfterAll
  void stop() {
    watcher.close();
    http.close();
    cluster.close();
  }

  private HttpRequest.Builder request(int instance, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(instance) + path));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
    JsonNode end =
        watcher.event(
            "chat",
            event ->
                event.path("runId").asText().equals(runId)
                    && event.path("state").asText().equals("final"));
    return end.at("/message/content/0/text").asText();
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
