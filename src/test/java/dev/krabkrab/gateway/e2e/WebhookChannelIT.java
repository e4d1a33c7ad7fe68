package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.channel.WebhookReceiver;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other systems talk with agents by signed posts, on two instances. Protocol 03 §25, 04 §19. */
@Timeout(120)
class WebhookChannelIT extends TwoInstances {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String PATH = "/channels/webhook/default";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ModelServer models = closing(new ModelServer());
  private final WebhookReceiver receiver = closing(new WebhookReceiver());

  @Override
  String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "'}},session:{dmScope:'per-channel-peer'},channels:{webhook:{url:'"
        + receiver.url()
        + "',secret:'"
        + WebhookReceiver.SECRET
        + "',groups:['ops'],allowFrom:['boss','chief']}},"
        + "approvals:{exec:{enabled:true,mode:'targets',agentFilter:['main'],"
        + "targets:[{channel:'webhook',to:'boss'}]}},"
        + models.document("words-1-1").replaceFirst(",agents:.*", "}");
  }

  @AfterEach
  void everythingWasSigned() {
    assertThat(receiver.forged()).isEmpty();
  }

  @AfterAll
  void stop() {
    http.close();
  }

  private static String word() {
    return "word" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static ObjectNode message(String from, String text) {
    return Json.object().put("id", word()).put("from", from).put("text", text);
  }

  private CompletableFuture<HttpResponse<String>> post(int instance, String body, String signed) {
    return post(cluster.port(instance), PATH, body, signed);
  }

  private CompletableFuture<HttpResponse<String>> post(
      int port, String path, String body, String signed) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header(WebhookReceiver.HEADER, signed)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> post(int instance, JsonNode message) {
    String body = Json.text(message);
    return post(instance, body, sign(WebhookReceiver.SECRET, 0, body));
  }

  private static String sign(String secret, int secondsAgo, String body) {
    return WebhookReceiver.sign(secret, Instant.now().getEpochSecond() - secondsAgo, body);
  }

  private static String refusal(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.parseObject(answer.body()).path("error").asText();
  }

  private List<String> said(String chat, String text) {
    return receiver.messages(chat).stream()
        .map(one -> one.path("text").asText())
        .filter(one -> one.contains(text))
        .toList();
  }

  private void heard(String chat, String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said(chat, text)).isNotEmpty());
  }

  @Test
  void aMessageToAnyInstanceIsAnsweredOnceThoughItCameToBothAtOnce() {
    List<String> words = List.of(word(), word(), word(), word());
    for (String word : words) {
      ObjectNode message = message("ann", word).put("thread", "t1").put("fromName", "Ann");
      CompletableFuture<HttpResponse<String>> one = post(0, message);
      CompletableFuture<HttpResponse<String>> two = post(1, message);
      assertThat(one.join().statusCode()).isEqualTo(200);
      assertThat(two.join().statusCode()).isEqualTo(200);
      assertThat(post(0, message).join().statusCode()).isEqualTo(200);
    }
    words.forEach(word -> heard("ann", word));
    String last = word();
    post(1, message("ann", last)).join();
    heard("ann", last);
    for (String word : words) {
      assertThat(said("ann", word)).hasSize(1);
    }
    ObjectNode answer = receiver.messages("ann").getFirst();
    assertThat(answer.path("type").asText()).isEqualTo("message");
    assertThat(answer.path("id").asText()).isNotEmpty();
    assertThat(answer.path("thread").asText()).isEqualTo("t1");
    String history =
        b.ok("chat.history", "{\"sessionKey\":\"agent:main:webhook:dm:ann\"}")
            .path("messages")
            .toString();
    assertThat(history).contains(words);
  }

  /** An id that follows from a message is nobody's to use up before the message comes. */
  @Test
  void whatSomebodyWritesIsSwallowedByNobody() {
    String word = word();
    assertThat(post(1, message("ann", word)).join().statusCode()).isEqualTo(200);
    heard("ann", word);
    String session = "agent:main:webhook:dm:ann";
    String run =
        a.event("chat", event -> event.path("sessionKey").asText().equals(session))
            .path("runId")
            .asText();
    for (String method : List.of("chat.send", "agent")) {
      ObjectNode same = Json.object().put("sessionKey", session).put("message", "x");
      JsonNode refused = a.call(method, Json.text(same.put("idempotencyKey", run)));
      assertThat(refused.at("/error/code").asText()).as("%s", refused).isEqualTo("INVALID_REQUEST");
    }
  }

  @Test
  void onlyWhoIsListedHasAnythingDone() {
    for (String sender : List.of("boss", "mallory")) {
      String key = "agent:main:webhook:dm:" + sender;
      a.ok("sessions.patch", "{\"key\":\"" + key + "\",\"model\":\"test/tool-cron_list\"}");
      assertThat(post(1, message(sender, "{}")).join().statusCode()).isEqualTo(200);
    }
    heard("boss", "jobs");
    heard("mallory", "cron_list is not for whom this is done");
  }

  private String asked(String agent) {
    String id = word();
    ObjectNode question = Json.object().put("id", id).put("command", "ls").put("agentId", agent);
    a.send("exec.approval.request", question.put("timeoutMs", 60_000));
    b.event("exec.approval.requested", shown -> shown.path("id").asText().equals(id));
    return id;
  }

  private void decide(String sender, String id) {
    post(1, message(sender, "/approve " + id + " allow-once")).join();
  }

  @Test
  void onlyWhatWasPutToAChatIsDecidedThere() {
    String put = asked("main");
    heard("boss", "ID: " + put);
    String notPut = asked("other");
    decide("chief", put);
    heard("chief", "this approval was not put to this chat");
    decide("boss", notPut);
    heard("boss", "this approval was not put to this chat");
    JsonNode open = a.ok("exec.approval.list", "{}");
    assertThat(open.toString()).contains(put, notPut);
    decide("boss", put);
    heard("boss", "submitted for " + put);
  }

  /** What a person's own agent asks for is that person's own. */
  @Test
  void whoHasAnAgentAskMayNotLetItRunWhereThatIsForbidden() {
    DeviceKeys machine = DeviceKeys.fresh();
    Connect node = Connect.node(3).device(machine).token(Cluster.TOKEN).about("platform", "linux");
    a.ok("sessions.patch", "{\"key\":\"agent:main:webhook:dm:boss\",\"model\":\"test/tool-exec\"}");
    forbidOwn(true);
    try (Peer host = Peer.connected(cluster.port(1), node.with("commands", "system.run"))) {
      String command = "echo " + word();
      ObjectNode said = Json.object().put("command", command).put("node", machine.id());
      post(0, message("boss", Json.text(said))).join();
      JsonNode question =
          b.event(
              "exec.approval.requested",
              shown -> shown.at("/request/command").asText().contains(command));
      String id = question.path("id").asText();
      heard("boss", "ID: " + id);
      decide("boss", id);
      heard("boss", "forbidSelfApproval");
      assertThat(a.ok("exec.approval.list", "{}").toString()).contains(id);
      a.ok("exec.approval.resolve", "{\"id\":\"" + id + "\",\"decision\":\"deny\"}");
      host.call("health", "{}");
      assertThat(host.frames())
          .noneMatch(frame -> frame.path("event").asText().equals("node.invoke.request"));
    } finally {
      forbidOwn(false);
    }
  }

  private void forbidOwn(boolean forbidden) {
    String hash = a.ok("config.get", "{}").path("hash").asText();
    ObjectNode patch = Json.object().put("baseHash", hash);
    patch.put("raw", "{approvals:{exec:{forbidSelfApproval:" + forbidden + "}}}");
    a.ok("config.patch", Json.text(patch));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                b.ok("config.get", "{}").at("/config/approvals/exec/forbidSelfApproval").asBoolean()
                    == forbidden);
  }

  @Test
  void aGroupIsAnsweredWhereItIsListed() {
    String word = word();
    post(0, message("bob", word).put("group", true).put("chat", "elsewhere")).join();
    post(1, message("bob", word).put("group", true).put("chat", "ops").put("addressed", false))
        .join();
    post(0, message("bob", word + "!").put("group", true).put("chat", "ops")).join();
    heard("ops", "bob: " + word + "!");
    assertThat(said("ops", word)).hasSize(1);
    assertThat(receiver.messages("elsewhere")).isEmpty();
  }

  @Test
  void onlyWhatIsSignedJustNowIsBelieved() {
    String body = Json.text(message("eve", "hello"));
    assertThat(refusal(post(0, body, sign("another-secret-0001", 0, body)).join(), 401))
        .isEqualTo("unauthorized");
    refusal(post(1, body, sign(WebhookReceiver.SECRET, 400, body)).join(), 401);
    refusal(post(1, body, sign(WebhookReceiver.SECRET, -400, body)).join(), 401);
    refusal(post(1, body + " ", sign(WebhookReceiver.SECRET, 0, body)).join(), 401);
    refusal(post(0, body, "t=,v1=").join(), 401);
    refusal(post(0, body, "none").join(), 401);
    assertThat(receiver.messages("eve")).isEmpty();
    assertThat(a.ok("sessions.list", "{\"search\":\"webhook:dm:eve\"}").path("sessions").isEmpty())
        .isTrue();
  }

  @Test
  void whereAccountsShareASecretAPostIsForTheOneItNames() {
    String settings =
        ("{gateway:{auth:{token:'%s'}},channels:{webhook:{url:'%s',secret:'%s',accounts:{"
                + "one:{},two:{},own:{secret:'%s',url:'http://127.0.0.1:9/'}}}}}")
            .formatted(
                Cluster.TOKEN, receiver.url(), WebhookReceiver.SECRET, "own-secret-0123456789");
    String body = Json.text(message("eve", "hello"));
    long now = Instant.now().getEpochSecond();
    String secret = WebhookReceiver.SECRET;
    String forOne = WebhookReceiver.signFor("one", secret, now, body);
    try (Cluster two = Cluster.of(2, settings)) {
      for (int i = 0; i < 2; i++) {
        int port = two.port(i);
        String path = "/channels/webhook/";
        refusal(post(port, path + "two", body, forOne).join(), 401);
        refusal(post(port, path + "own", body, forOne).join(), 401);
        refusal(
            post(port, path + "two", body, WebhookReceiver.sign(secret, now, body)).join(), 401);
        assertThat(post(port, path + "one", body, forOne).join().statusCode()).isEqualTo(200);
        String own = WebhookReceiver.sign("own-secret-0123456789", now, body);
        assertThat(post(port, path + "own", body, own).join().statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(refusal(post(0, Json.object().put("from", "ann")).join(), 400))
        .startsWith("id is required");
    assertThat(refusal(post(1, Json.object().put("id", "1")).join(), 400))
        .startsWith("from is required");
    assertThat(refusal(post(1, message("ann", "x").put("chat", "not a name\n!")).join(), 400))
        .startsWith("chat must be");
    assertThat(refusal(post(0, Json.array()).join(), 400)).contains("must be a JSON object");
    assertThat(refusal(post(0, message("ann", "x".repeat(1024 * 1024))).join(), 413))
        .isEqualTo("payload too large");
  }

  @Test
  void onlyPostsToAccountsAreTaken() throws Exception {
    HttpRequest get =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(0) + PATH)).build();
    HttpResponse<String> answer = http.send(get, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("POST");
    for (String path : List.of("/channels/webhook/other", "/channels/pigeon/default")) {
      HttpRequest unknown =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(1) + path))
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      refusal(http.send(unknown, HttpResponse.BodyHandlers.ofString()), 404);
    }
  }

  @Test
  void aReceiverThatWasAwayIsToldLaterInOrder() {
    List<String> words = List.of(word(), word(), word());
    receiver.down();
    for (int i = 0; i < words.size(); i++) {
      assertThat(post(i % 2, message("cat", words.get(i))).join().statusCode()).isEqualTo(200);
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        a.ok("chat.history", "{\"sessionKey\":\"agent:main:webhook:dm:cat\"}")
                            .path("messages"))
                    .hasSize(2 * words.size()));
    receiver.up();
    heard("cat", words.getLast());
    assertThat(receiver.messages("cat")).hasSize(words.size());
    for (int i = 0; i < words.size(); i++) {
      assertThat(receiver.messages("cat").get(i).path("text").asText()).contains(words.get(i));
    }
  }

  @Test
  void whatTheReceiverRefusesStaysRefusedForItsKey() {
    String params =
        "{\"channel\":\"webhook\",\"to\":\"webhook:dog\",\"message\":\"x\",\"idempotencyKey\":\"%s\"}";
    receiver.answers(400);
    int before = receiver.refused();
    try {
      for (int i = 0; i < 2; i++) {
        JsonNode error = b.call("send", params.formatted("refused")).path("error");
        assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
        assertThat(error.path("message").asText())
            .isEqualTo("Error: the webhook answered HTTP 400");
      }
      assertThat(receiver.refused()).isEqualTo(before + 1);
    } finally {
      receiver.answers(200);
    }
    assertThat(b.call("send", params.formatted("refused")).path("ok").asBoolean()).isFalse();
    JsonNode sent = b.ok("send", params.formatted("taken"));
    assertThat(sent.path("messageId").asText()).startsWith("w");
    assertThat(sent.path("conversationId").asText()).isEqualTo("dog");
    assertThat(receiver.messages("dog")).hasSize(1);
  }

  @Test
  void bothInstancesTellHowTheWebhookIsDoing() {
    for (Peer peer : List.of(a, b)) {
      JsonNode status = peer.ok("channels.status", "{\"probe\":true}");
      JsonNode row = status.at("/channelAccounts/webhook/0");
      assertThat(row.path("running").asBoolean()).isTrue();
      assertThat(row.at("/probe/ok").asBoolean()).as("%s", status).isTrue();
      assertThat(row.path("secretSource").asText()).isEqualTo("config");
      assertThat(status.toString()).doesNotContain(WebhookReceiver.SECRET);
    }
  }
}
