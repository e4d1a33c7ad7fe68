package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may have what done over HTTP, on two instances. Protocol 04 §19–23. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpAuthorityIT {
  private static final String HOOKS = "secret-of-the-hooks";
  private static final String ENDLESS = "words-100000-20";
  private static final String FAR = "X-Forwarded-For";

  /** Tokens of as many scopes, each named as the scope; the names are their secrets too. */
  private static final List<String> SCOPES =
      List.of("none", "read", "write", "approvals", "pairing", "talk", "admin");

  /** What each tool asks: what the method asks of a client that does the same. */
  private static final Map<String, String> NEEDED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("sessions_list", "read"),
              Map.entry("sessions_history", "read"),
              Map.entry("nodes_list", "read"),
              Map.entry("cron_list", "read"),
              Map.entry("skills", "read"),
              Map.entry("cron_add", "admin"),
              Map.entry("cron_remove", "admin"),
              Map.entry("sessions_send", "write"),
              Map.entry("http_fetch", "write"),
              Map.entry("exec", "write"),
              Map.entry("camera", "write"),
              Map.entry("screen", "write"),
              Map.entry("location", "write"),
              Map.entry("canvas", "write"),
              Map.entry("notify", "write")));

  private final HttpClient http = HttpClient.newHttpClient();
  private final ModelServer models = new ModelServer();
  @RegisterExtension final Cluster cluster = Cluster.of(2, config()).closing(models);
  private Peer admin;

  @BeforeAll
  void start() {
    admin = cluster.admin(0);
  }

  /** What an earlier test left is counted no more. */
  @BeforeEach
  void nothingIsBeingAnswered() {
    await().until(() -> models.streaming() == 0);
  }

  private String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "',tokens:"
        + tokens("")
        + "},http:{endpoints:{chatCompletions:{enabled:true},responses:{enabled:true}}}},"
        + "hooks:{enabled:true,token:'"
        + HOOKS
        + "',mappings:[{match:{path:'job'},messageTemplate:'{{what}}',sessionKey:'{{key}}'}]},"
        + models
            .document("words-3-20")
            .replace("agents:{", "agents:{list:[{id:'main'},{id:'ops'}],")
        + "}";
  }

  private static String tokens(String more) {
    StringBuilder all = new StringBuilder("[");
    for (String name : SCOPES) {
      String scopes = name.equals("none") ? "" : "'operator." + name + "'";
      all.append("{name:'%s',token:'%s',scopes:[%s]},".formatted(name, secret(name), scopes));
    }
    all.append("{name:'node',token:'%s',scopes:[],roles:['node']}".formatted(secret("node")));
    return all + more + "]";
  }

  private static String secret(String name) {
    return "secret-of-the-token-" + name;
  }

  @AfterAll
  void stop() {
    admin.close();
    http.close();
  }

  private HttpRequest.Builder to(int instance, String path, String bearer, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(instance) + path))
        .header("Authorization", "Bearer " + bearer)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> far(String path, String bearer, String body) {
    return send(to(0, path, bearer, body).header(FAR, "203.0.113.9"));
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Objects.requireNonNull(Json.tryParse(response.body()), response.body());
  }

  private static String tool(String name, String arguments) {
    return "{\"tool\":\"" + name + "\",\"args\":" + arguments + "}";
  }

  private static String asked(String words, boolean streamed) {
    ObjectNode body = Json.object().put("stream", streamed);
    body.putArray("messages").addObject().put("role", "user").put("content", words);
    return Json.text(body);
  }

  @ParameterizedTest
  @CsvSource({"X-Forwarded-For,203.0.113.9", "X-Real-IP,203.0.113.9", "X-Forwarded-Host,gw"})
  void theSharedSecretIsForThisHost(String header, String value) {
    for (String path : List.of("/tools/invoke", "/v1/chat/completions", "/v1/responses")) {
      HttpResponse<String> elsewhere =
          send(to(1, path, Cluster.TOKEN, tool("sessions_list", "{}")).header(header, value));
      assertThat(elsewhere.statusCode()).as(path).isEqualTo(403);
      assertThat(json(elsewhere).at("/error/message").asText()).contains("gateway.auth.tokens");
    }
    assertThat(send(to(1, "/tools/invoke", Cluster.TOKEN, tool("nodes_list", "{}"))).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "/tools/invoke, localhost, 200",
        "/tools/invoke, 127.0.0.1:18789, 200",
        "/tools/invoke, [::1]:18789, 200",
        "/tools/invoke, LocalHost:18789, 200",
        "http://localhost/tools/invoke, localhost, 200",
        "http://gw.example.org/tools/invoke, localhost, 403",
        "http://localhost/tools/invoke, gw.example.org, 403",
        "/tools/invoke, 127.0.0.1:1@gw.example.org, 403",
        "/tools/invoke, ~localhost:80,gw.example.org~, 403",
        "/tools/invoke, localhost:x, 403",
        "/tools/invoke, localhost:, 403"
      })
  void theSharedSecretIsForWhoeverAsksForThisHost(String target, String host, int status)
      throws IOException {
    String body = tool("nodes_list", "{}");
    String request =
        "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n"
                .formatted(target, host, Cluster.TOKEN)
            + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    assertThat(answered(request)).startsWith("HTTP/1.1 " + status);
  }

  private String answered(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(0))) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return Objects.requireNonNullElse(answer.readLine(), "");
    }
  }

  @Test
  void theSharedSecretGivesNoMoreThanItGivesWithoutAQuestion() {
    configure("{gateway:{pairing:{silentScopes:['operator.read']}}}");
    try {
      for (int i = 0; i < 2; i++) {
        int instance = i;
        await()
            .untilAsserted(
                () ->
                    assertThat(
                            send(to(
                                    instance,
                                    "/tools/invoke",
                                    Cluster.TOKEN,
                                    tool("cron_add", "{}")))
                                .statusCode())
                        .isEqualTo(403));
        assertThat(
                send(to(i, "/tools/invoke", Cluster.TOKEN, tool("nodes_list", "{}"))).statusCode())
            .isEqualTo(200);
      }
    } finally {
      configure("{gateway:{pairing:{silentScopes:null}}}");
    }
  }

  @Test
  void aTokenForNodesAsksNothing() {
    assertThat(far("/tools/invoke", secret("node"), tool("skills", "{}")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void everyToolAsksWhatItsMethodAsksOfEverySetOfScopes() {
    NEEDED.forEach(
        (tool, needed) ->
            SCOPES.forEach(
                held -> {
                  HttpResponse<String> answer =
                      far("/tools/invoke", secret(held), tool(tool, "{\"id\":\"none\"}"));
                  assertThat(answer.statusCode() != 403)
                      .as(tool + " by " + held)
                      .isEqualTo(covers(held, needed));
                  assertThat(answer.statusCode()).as(tool).isNotEqualTo(404);
                }));
  }

  private static boolean covers(String held, String needed) {
    return held.equals(needed)
        || held.equals("admin")
        || (held.equals("write") && needed.equals("read"));
  }

  @Test
  void noToolIsLeftOut() {
    send(to(0, "/v1/chat/completions", secret("admin"), asked("hi", false)));
    JsonNode offered = models.requests().getLast().path("tools");
    assertThat(offered.findValuesAsText("name")).containsOnlyOnceElementsOf(NEEDED.keySet());
    assertThat(offered).hasSize(NEEDED.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/v1/responses"})
  void askingAnAgentTakesWhatChatSendTakes(String path) {
    for (String held : List.of("none", "read", "approvals", "pairing", "talk")) {
      assertThat(far(path, secret(held), "{}").statusCode()).as(held).isEqualTo(403);
    }
    assertThat(far(path, secret("write"), "{}").statusCode()).isEqualTo(400);
  }

  private static final String JOB = "{\"name\":\"%s\",\"message\":\"m\",\"everySeconds\":86400}";

  private List<String> jobs() {
    return admin.ok("cron.list", "{}").path("jobs").findValuesAsText("name");
  }

  /** An agent does for nobody what the method would refuse him. */
  @Test
  void anAgentDoesNoMoreThanWhoeverAskedIt() {
    String session = session("tool-cron_add");
    String over = "over-" + UUID.randomUUID();
    HttpResponse<String> refused =
        send(
            to(1, "/v1/chat/completions", secret("write"), asked(JOB.formatted(over), false))
                .header(FAR, "203.0.113.9")
                .header("x-openclaw-session-key", session));
    assertThat(refused.body()).contains("missing scope: operator.admin");

    String told = "told-" + UUID.randomUUID();
    try (Peer writer = cluster.operator(1, 3, "operator.write")) {
      writer.ok("chat.send", chat(session, JOB.formatted(told)));
      assertThat(end(writer, session)).contains("missing scope: operator.admin");
    }

    String hooked = "hooked-" + UUID.randomUUID();
    HttpResponse<String> hook =
        send(
            to(
                0,
                "/hooks/job",
                HOOKS,
                Json.text(Json.object().put("what", JOB.formatted(hooked)).put("key", session))));
    String run = json(hook).path("runId").asText();
    assertThat(Json.text(admin.event("chat", event -> isEnd(event, run))))
        .contains("missing scope: operator.admin");
    assertThat(jobs()).doesNotContain(over, told, hooked);

    String own = "own-" + UUID.randomUUID();
    HttpResponse<String> done =
        send(
            to(1, "/v1/chat/completions", secret("admin"), asked(JOB.formatted(own), false))
                .header(FAR, "203.0.113.9")
                .header("x-openclaw-session-key", session));
    assertThat(done.body()).contains("runs next at");
    assertThat(jobs()).contains(own);
  }

  private static String chat(String session, String message) {
    return Json.text(
        Json.object()
            .put("sessionKey", session)
            .put("message", message)
            .put("idempotencyKey", UUID.randomUUID().toString()));
  }

  private static String end(Peer watcher, String session) {
    return Json.text(
        watcher.event(
            "chat",
            event ->
                event.path("sessionKey").asText().equals(session)
                    && event.path("state").asText().equals("final")));
  }

  private static boolean isEnd(JsonNode event, String run) {
    return event.path("runId").asText().equals(run) && event.path("state").asText().equals("final");
  }

  private String session(String model) {
    String key = "agent:main:" + UUID.randomUUID();
    admin.ok(
        "sessions.patch", Json.text(Json.object().put("key", key).put("model", "test/" + model)));
    return key;
  }

  @Test
  void theTrailSaysWhoHadWhatDoneFromWhere() {
    String job = "job-" + UUID.randomUUID();
    far("/tools/invoke", secret("admin"), tool("cron_add", JOB.formatted(job)));
    far("/tools/invoke", secret("write"), tool("cron_add", JOB.formatted(job)));
    send(to(0, "/tools/invoke", Cluster.TOKEN, tool("nodes_list", "{}")));
    far("/v1/chat/completions", secret("write"), asked("hi", false));
    await()
        .untilAsserted(
            () -> {
              List<String> tools = entries("http.tool");
              assertThat(tools).contains("token:admin 127.0.0.1 cron_add ok");
              assertThat(tools).contains("token:write 127.0.0.1 cron_add forbidden");
              assertThat(tools).contains("shared-secret local nodes_list ok");
              assertThat(entries("http.run"))
                  .contains("token:write 127.0.0.1 /v1/chat/completions done");
            });
  }

  private List<String> entries(String action) {
    JsonNode found = admin.ok("audit.list", "{\"action\":\"" + action + "\",\"limit\":200}");
    return found.path("entries").valueStream().map(HttpAuthorityIT::shown).toList();
  }

  private static String shown(JsonNode entry) {
    JsonNode details = entry.path("details");
    return String.join(
        " ",
        entry.at("/actor/user").asText(),
        entry.at("/actor/address").asText(),
        details.has("tool") ? details.path("tool").asText() : details.path("path").asText(),
        details.path("outcome").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent:ghost:x", "agent:Ghost!:x", "agent:ghost:main"})
  void anAgentThatNobodySetUpIsNobodys(String key) {
    for (String path : List.of("/v1/chat/completions", "/v1/responses")) {
      String body =
          path.endsWith("responses") ? "{\"model\":\"m\",\"input\":\"hi\"}" : asked("hi", true);
      HttpResponse<String> named =
          send(to(0, path, secret("write"), body).header("x-openclaw-session-key", key));
      assertThat(named.statusCode()).as(path).isEqualTo(404);
      assertThat(json(named).at("/error/code").asText()).isEqualTo("model_not_found");
      HttpResponse<String> chosen =
          send(to(0, path, secret("write"), body).header("x-openclaw-agent-id", "ghost"));
      assertThat(chosen.statusCode()).as(path).isEqualTo(404);
    }
    String session = ",\"sessionKey\":\"" + key + "\"}";
    HttpResponse<String> tool =
        send(to(0, "/tools/invoke", secret("write"), "{\"tool\":\"nodes_list\"" + session));
    assertThat(tool.statusCode()).isEqualTo(404);
    assertThat(json(tool).at("/error/type").asText()).isEqualTo("not_found");
    HttpResponse<String> hook = send(to(0, "/hooks/agent", HOOKS, "{\"message\":\"hi\"" + session));
    assertThat(hook.statusCode()).isEqualTo(404);
    for (String method : List.of("chat.send", "agent")) {
      assertThat(admin.call(method, chat(key, "hi")).at("/error/message").asText())
          .as(method)
          .contains("unknown agent id \"ghost");
    }
    String job =
        "{\"name\":\"j\",\"agentId\":\"ghost\",\"sessionTarget\":\"isolated\",\"wakeMode\":\"now\","
            + "\"schedule\":{\"kind\":\"every\",\"everyMs\":86400000},"
            + "\"payload\":{\"kind\":\"agentTurn\",\"message\":\"m\"}}";
    assertThat(admin.call("cron.add", job).at("/error/message").asText())
        .startsWith("unknown agent id \"ghost\"");
    JsonNode history = admin.call("chat.history", chat(key, "").replaceAll(",.*", "}"));
    assertThat(history.at("/error/message").asText()).contains("unknown agent id \"ghost");
  }

  @Test
  void keysOfSessionsAreBoundedWhereverTheyCome() {
    for (String key : List.of("x".repeat(513), "a\u0000b", "a\nb", "agent:main:a\rb", "a\u0085b")) {
      ObjectNode body = Json.object().put("sessionKey", key);
      body.put("tool", "nodes_list").put("message", "hi");
      assertThat(send(to(1, "/hooks/agent", HOOKS, Json.text(body))).statusCode()).isEqualTo(400);
      assertThat(send(to(1, "/tools/invoke", secret("write"), Json.text(body))).statusCode())
          .isEqualTo(400);
      String user = Json.text(((ObjectNode) Json.tryParse(asked("hi", true))).put("user", key));
      assertThat(send(to(1, "/v1/chat/completions", secret("write"), user)).statusCode())
          .isEqualTo(400);
      assertThat(admin.call("chat.send", chat(key, "hi")).path("ok").asBoolean()).isFalse();
    }
    assertThat(
            send(to(1, "/v1/chat/completions", secret("write"), asked("hi", false))
                    .header("x-openclaw-session-key", "x".repeat(513)))
                .statusCode())
        .isEqualTo(400);
  }

  /** Whatever waits for an answer ends with its credential, on the other instance too. */
  @Test
  void nothingOutlivesTheTokenItCameWith() {
    String going = secret("going");
    patch(tokens(",{name:'going',token:'" + going + "',scopes:['operator.write']}"));
    List<CompletableFuture<HttpResponse<String>>> open =
        List.of(
            waiting(going, "/v1/chat/completions", asked("go on", true)),
            waiting(going, "/v1/chat/completions", asked("go on", false)),
            waiting(going, "/v1/responses", "{\"model\":\"m\",\"input\":\"x\",\"stream\":true}"),
            waiting(going, "/v1/responses", "{\"model\":\"m\",\"input\":\"x\"}"));
    await().until(() -> models.streaming() == 4);
    String letters = session(ENDLESS);
    CompletableFuture<HttpResponse<String>> tool =
        waiting(
            going,
            "/tools/invoke",
            tool(
                "sessions_send",
                Json.text(
                    Json.object()
                        .put("sessionKey", letters)
                        .put("message", "go on")
                        .put("timeoutSeconds", 100))));
    await().until(() -> models.streaming() == 5);

    patch(tokens(""));
    await().until(() -> open.stream().allMatch(CompletableFuture::isDone) && tool.isDone());
    assertThat(open.get(0).join().body())
        .contains("\"type\":\"unauthorized\"")
        .endsWith("data: [DONE]\n\n");
    assertThat(open.get(1).join().statusCode()).isEqualTo(401);
    assertThat(open.get(2).join().body()).contains("event: response.failed");
    assertThat(json(open.get(3).join()).path("status").asText()).isEqualTo("failed");
    assertThat(tool.join().statusCode()).isEqualTo(401);
    // What the agents of the four were doing is given up; the letter is the other session's.
    await().until(() -> models.streaming() <= 1);
    admin.ok("chat.abort", "{\"sessionKey\":\"" + letters + "\"}");
  }

  @Test
  void norDoesARunOverASocket() {
    String socket = secret("socket");
    patch(tokens(",{name:'socket',token:'" + socket + "',scopes:['operator.write']}"));
    String session = session(ENDLESS);
    Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(socket);
    try (Peer peer = Peer.connected(cluster.port(1), connect)) {
      peer.ok(
          "chat.send",
          "{\"sessionKey\":\"" + session + "\",\"message\":\"x\",\"idempotencyKey\":\"ws\"}");
      await().until(() -> models.streaming() == 1);
      patch(tokens(""));
      JsonNode end =
          admin.event(
              "chat",
              event ->
                  event.path("runId").asText().equals("ws")
                      && !event.path("state").asText().equals("delta"));
      assertThat(end.path("stopReason").asText()).isEqualTo("revoked");
    }
  }

  @Test
  void norWhatAHookAskedFor() {
    String session = session(ENDLESS);
    String hook = "{\"message\":\"go on\",\"sessionKey\":\"" + session + "\"}";
    assertThat(send(to(1, "/hooks/agent", HOOKS, hook)).statusCode()).isEqualTo(202);
    await().until(() -> models.streaming() == 1);
    try {
      configure("{hooks:{token:'another-" + HOOKS + "'}}");
      JsonNode end =
          admin.event(
              "chat",
              event ->
                  event.path("sessionKey").asText().equals(session)
                      && event.path("state").asText().equals("aborted"));
      assertThat(end.path("stopReason").asText()).isEqualTo("revoked");
    } finally {
      configure("{hooks:{token:'" + HOOKS + "'}}");
    }
  }

  private CompletableFuture<HttpResponse<String>> waiting(String token, String path, String body) {
    return http.sendAsync(
        to(1, path, token, body)
            .header(FAR, "203.0.113.9")
            .header("x-openclaw-session-key", session(ENDLESS))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void patch(String tokens) {
    ObjectNode params = Json.object().put("raw", "{gateway:{auth:{tokens:" + tokens + "}}}");
    params.put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    admin.ok("config.patch", Json.text(params));
    try (Peer other = cluster.admin(1)) {
      // Reading the document brings the other instance up to date.
      other.ok("config.get", "{}");
    }
  }

  private void configure(String raw) {
    ObjectNode change = Json.object().put("raw", raw);
    change.put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    admin.ok("config.patch", Json.text(change));
  }
}
