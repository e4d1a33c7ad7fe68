package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agent that is named is the one that runs, over HTTP and over the wire; asked on one instance
 * and looked at on the other one.
 */
@Timeout(120)
class AgentNamesIT extends TwoInstances {
  private static final String CHAT = "/v1/chat/completions";
  private static final String RESPONSES = "/v1/responses";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ModelServer models = closing(new ModelServer());

  @Override
  String config() {
    String document = models.document("words-2-1");
    return config(
        ",http:{endpoints:{chatCompletions:{enabled:true},responses:{enabled:true}}}",
        document.substring(0, document.length() - 1)
            + ",list:[{id:'first',default:true,systemPrompt:'I am first'},"
            + "{id:'main',systemPrompt:'I am main'},{id:'ops',systemPrompt:'I am ops'}]}"
            + ",hooks:{enabled:true,token:'secret-of-the-hooks'}");
  }

  @AfterAll
  void stop() {
    http.close();
  }

  private HttpResponse<String> post(
      String path,
      String bearer,
      ObjectNode body,
      @Nullable String agent,
      @Nullable String session) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(0) + path))
            .header("Authorization", "Bearer " + bearer)
            .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)));
    if (agent != null) {
      request.header("x-openclaw-agent-id", agent);
    }
    if (session != null) {
      request.header("x-openclaw-session-key", session);
    }
    return Http.send(http, request.build());
  }

  private static ObjectNode asking(String path, String model, String words) {
    ObjectNode body = Json.object().put("model", model);
    if (path.equals(RESPONSES)) {
      return body.put("input", words);
    }
    body.putArray("messages").addObject().put("role", "user").put("content", words);
    return body;
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Objects.requireNonNull(Json.tryParse(response.body()), response.body());
  }

  /** {@code *} in a key stands for something new. */
  @ParameterizedTest
  @CsvSource({
    // Header, model, session's key, and whose session it is.
    ", openclaw:ops, *, ops, agent:ops:*",
    ", openclaw/ops, *, ops, agent:ops:*",
    ", krabkrab:ops, *, ops, agent:ops:*",
    ", agent:ops, *, ops, agent:ops:*",
    ", OpenClaw:OPS, *, ops, agent:ops:*",
    "ops, openclaw, *, ops, agent:ops:*",
    "OPS, openclaw:main, *, ops, agent:ops:*",
    ", openclaw:ops, agent:ops:*, ops, agent:ops:*",
    ", openclaw:ops, agent:OPS:*, ops, agent:ops:*",
    "ops, openclaw, agent:ops:*, ops, agent:ops:*",
    // Named by the session alone.
    ", openclaw, agent:ops:*, ops, agent:ops:*",
    ", gpt-4o, agent:ops:*, ops, agent:ops:*",
    ", openclaw/default, agent:ops:*, ops, agent:ops:*",
    "default, openclaw, agent:ops:*, ops, agent:ops:*",
    "default, openclaw:ops, *, ops, agent:ops:*",
    // Not named at all.
    ", openclaw, *, main, agent:main:*",
    ", gpt-4o, *, main, agent:main:*",
    ", openclaw/default, *, main, agent:main:*",
    "default, openclaw, *, main, agent:main:*",
    ", openclaw:first, *, first, agent:first:*",
  })
  void theOneThatIsNamedRuns(
      @Nullable String agent, String model, String session, String runs, String runsIn) {
    for (String path : List.of(CHAT, RESPONSES)) {
      String fresh = UUID.randomUUID().toString();
      HttpResponse<String> answer =
          post(path, Cluster.TOKEN, asking(path, model, "hi"), agent, session.replace("*", fresh));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(json(answer).path("model").asText()).isEqualTo(model);
      assertThat(models.requests().getLast().at("/messages/0/content").asText())
          .isEqualTo("I am " + runs);
      assertThat(messages(runsIn.replace("*", fresh))).isEqualTo(2);
    }
  }

  private int messages(String key) {
    return b.ok("chat.history", Json.text(Json.object().put("sessionKey", key)))
        .path("messages")
        .size();
  }

  @Test
  void theUsersSessionIsOneOfTheAgentThatIsNamed() {
    String user = UUID.randomUUID().toString();
    post(CHAT, Cluster.TOKEN, asking(CHAT, "openclaw:ops", "hi").put("user", user), null, null);
    assertThat(messages("agent:ops:openai-user:" + user)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A session of another agent than the one that is named.
        "     | openclaw:ops  | agent:main:x | 400 | x-openclaw-session-key: that session is agent"
            + " main's, and the request names agent ops",
        "ops  | openclaw      | agent:main:x | 400 | x-openclaw-session-key: that session",
        "ops  | openclaw:main | agent:main:x | 400 | x-openclaw-session-key: that session",
        "     | openclaw:ops  | global       | 400 | x-openclaw-session-key: that session",
        // No agent's name, or nearly one.
        "     | openclaw:ghost   |             | 404 | no such agent: \"ghost\"",
        "     | openclaw/ghost   | x           | 404 | no such agent: \"ghost\"",
        "     | agent:ghost      |             | 404 | no such agent: \"ghost\"",
        "     | krabkrab:ghost   |             | 404 | no such agent: \"ghost\"",
        "     | openclaw:        |             | 404 | no such agent: \"\"",
        "     | openclaw:ops-    |             | 404 | no such agent: \"ops-\"",
        "     | openclaw:o ps    |             | 404 | no such agent: \"o ps\"",
        "     | openclaw:???     |             | 404 | no such agent: \"???\"",
        "     | openclaw:ops:x   |             | 404 | no such agent: \"ops:x\"",
        "     | openclaw:../main |             | 404 | no such agent: \"../main\"",
        "ghost | openclaw        |             | 404 | no such agent: \"ghost\"",
        "ghost | openclaw:ops    |             | 404 | no such agent: \"ghost\"",
        "???   | openclaw        |             | 404 | no such agent: \"???\"",
        "ops:x | openclaw        |             | 404 | no such agent: \"ops:x\"",
        "     | openclaw | agent:ghost:x       | 404 | no such agent: \"ghost\"",
        "     | openclaw:ops | agent:ghost:x   | 404 | no such agent: \"ghost\"",
        // Keys that would be made into another agent's.
        "     | openclaw | agent:ops           | 400 | x-openclaw-session-key: session key",
        "     | openclaw | agent::x            | 400 | x-openclaw-session-key: session key",
        "     | openclaw | agent:ops:          | 400 | x-openclaw-session-key: session key",
        "     | openclaw | agent:???:x         | 400 | x-openclaw-session-key: session key",
        "     | openclaw | AGENT:ops:x         | 400 | x-openclaw-session-key: session key",
      })
  void nobodyElseRunsInItsPlace(
      @Nullable String agent, String model, @Nullable String session, int status, String message) {
    int asked = models.requests().size();
    for (String path : List.of(CHAT, RESPONSES)) {
      for (boolean stream : new boolean[] {false, true}) {
        ObjectNode body = asking(path, model, "hi").put("stream", stream);
        HttpResponse<String> answer = post(path, Cluster.TOKEN, body, agent, session);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error = json(answer).path("error");
        assertThat(error.path("message").asText()).startsWith(message);
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.path("code").asText(null))
            .isEqualTo(status == 404 ? "model_not_found" : null);
      }
    }
    assertThat(models.requests()).hasSize(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "[\"openclaw:ops\"]", "{\"id\":\"openclaw:ops\"}", "true"})
  void aModelIsNamedByText(String model) {
    ObjectNode body = asking(CHAT, "", "hi");
    body.set("model", Json.tryParse(model));
    HttpResponse<String> answer = post(CHAT, Cluster.TOKEN, body, null, null);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/message").asText()).startsWith("model: must be");
  }

  @Test
  void aResponseIsGoneOnFromByItsOwnAgent() {
    String first =
        json(post(RESPONSES, Cluster.TOKEN, asking(RESPONSES, "openclaw:ops", "hi"), null, null))
            .path("id")
            .asText();
    for (String model : List.of("openclaw", "openclaw:ops")) {
      ObjectNode next = asking(RESPONSES, model, "and?").put("previous_response_id", first);
      assertThat(post(RESPONSES, Cluster.TOKEN, next, null, null).statusCode()).isEqualTo(200);
      assertThat(models.requests().getLast().at("/messages/0/content").asText())
          .isEqualTo("I am ops");
    }
    ObjectNode other =
        asking(RESPONSES, "openclaw:main", "and?").put("previous_response_id", first);
    HttpResponse<String> refused = post(RESPONSES, Cluster.TOKEN, other, null, null);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).at("/error/message").asText()).startsWith("previous_response_id: ");
  }

  /** The tools of an agent are those of the agent that is named. */
  @ParameterizedTest
  @CsvSource({
    ", , 200",
    ", agent:ops:x, 200",
    "ops, x, 200",
    "ops, agent:main:x, 400",
    "ghost, , 404",
    ", agent:ghost:x, 404",
    ", agent:ops, 400",
  })
  void aToolIsUsedByTheOneThatIsNamed(
      @Nullable String agent, @Nullable String session, int status) {
    ObjectNode body = Json.object().put("tool", "nodes_list");
    Json.putIfPresent(body, "sessionKey", session);
    HttpResponse<String> byHeader = post("/tools/invoke", Cluster.TOKEN, body, agent, null);
    assertThat(byHeader.statusCode()).as(byHeader.body()).isEqualTo(status);
    Json.putIfPresent(body, "agentId", agent);
    HttpResponse<String> byBody = post("/tools/invoke", Cluster.TOKEN, body, null, null);
    assertThat(byBody.statusCode()).as(byBody.body()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    ", hook:*, 202, agent:first:hook:*",
    "ops, hook:*, 202, agent:ops:hook:*",
    "ops, agent:ops:hook:*, 202, agent:ops:hook:*",
    "ops, agent:main:hook:*, 400,",
    "ghost, hook:*, 404,",
    ", agent:ghost:hook:*, 404,",
  })
  void aHookAsksTheOneThatIsNamed(
      @Nullable String agent, String session, int status, @Nullable String runsIn) {
    String fresh = UUID.randomUUID().toString();
    ObjectNode body =
        Json.object().put("message", "hi").put("sessionKey", session.replace("*", fresh));
    Json.putIfPresent(body, "agentId", agent);
    HttpResponse<String> answer = post("/hooks/agent", "secret-of-the-hooks", body, null, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (runsIn != null) {
      String run = json(answer).path("runId").asText();
      assertThat(
              b.ok("agent.wait", Json.text(Json.object().put("runId", run)))
                  .path("status")
                  .asText())
          .isEqualTo("ok");
      assertThat(messages(runsIn.replace("*", fresh))).isEqualTo(2);
    }
  }

  /** Over the wire an agent that is none is refused by its name, and nothing is made for it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "chat.send |"
            + " {\"sessionKey\":\"agent:ghost:x\",\"message\":\"hi\",\"idempotencyKey\":\"g1\"}",
        "chat.history | {\"sessionKey\":\"agent:ghost:x\"}",
        "chat.inject | {\"sessionKey\":\"agent:ghost:x\",\"message\":\"hi\"}",
        "agent | {\"message\":\"hi\",\"agentId\":\"ghost\",\"idempotencyKey\":\"g2\"}",
        "agent | {\"message\":\"hi\",\"sessionKey\":\"agent:ghost:x\",\"idempotencyKey\":\"g3\"}",
        "sessions.patch | {\"key\":\"agent:ghost:x\",\"label\":\"L\"}",
        "sessions.reset | {\"key\":\"agent:ghost:x\"}",
        "sessions.compact | {\"key\":\"agent:ghost:x\"}",
        "sessions.list | {\"agentId\":\"ghost\"}",
        "cron.add |"
            + " {\"name\":\"n\",\"agentId\":\"ghost\",\"schedule\":{\"kind\":\"at\",\"at\":\"2099-01-01\"},"
            + "\"sessionTarget\":\"isolated\",\"wakeMode\":\"now\",\"payload\":{\"kind\":\"agentTurn\",\"message\":\"hi\"}}",
        "cron.add |"
            + " {\"name\":\"n\",\"agentId\":\"ghost\",\"schedule\":{\"kind\":\"at\",\"at\":\"2099-01-01\"},"
            + "\"sessionTarget\":\"main\",\"wakeMode\":\"now\",\"payload\":{\"kind\":\"systemEvent\",\"text\":\"hi\"}}",
      })
  void anAgentThatIsNoneIsRefusedByItsName(String method, String params) {
    JsonNode error = a.call(method, params).path("error");
    assertThat(error.path("code").asText()).isEqualTo("INVALID_REQUEST");
    assertThat(error.path("message").asText()).contains("unknown agent id \"ghost\"");
    assertThat(b.ok("sessions.list", "{}").findValuesAsText("key"))
        .noneMatch(key -> key.contains("ghost"));
  }
}
