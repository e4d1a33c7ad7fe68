package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What runs read besides the message: a conversation that grows too long for its model, and what
 * has happened meanwhile, on two instances. Protocol 03 §21, 04 §11.2, §16.7.
 */
@Timeout(180)
class CompactionIT extends TwoInstances {
  private static final String LONG = "tell me more ".repeat(150);

  private final ModelServer models = closing(new ModelServer());

  @Override
  String config() {
    return "{gateway:{auth:{token:'"
        + Cluster.TOKEN
        + "'}},tools:{allow:[]},models:{providers:{test:{baseUrl:'"
        + models.url()
        + "',apiKey:'sk-test',models:["
        + "{id:'tight-2000'},{id:'close-2000',contextWindow:9000},{id:'tight-150'},"
        + "{id:'words-2-1',contextWindow:5000},{id:'unsummed-2-1',contextWindow:5000}]}}},"
        + "agents:{defaults:{model:{primary:'test/words-2-1'}}}}";
  }

  private String say(Peer peer, String session, String message) {
    String id = UUID.randomUUID().toString();
    peer.ok(
        "chat.send",
        Json.text(
            Json.object()
                .put("sessionKey", session)
                .put("message", message)
                .put("idempotencyKey", id)));
    a.finalText(id);
    return id;
  }

  private List<JsonNode> history(String session) {
    ObjectNode params = Json.object().put("sessionKey", session).put("limit", 1_000);
    JsonNode payload = a.ok("chat.history", Json.text(params));
    return StreamSupport.stream(payload.path("messages").spliterator(), false).toList();
  }

  private List<JsonNode> compactions(String runId) {
    return a.frames().stream()
        .map(frame -> frame.path("payload"))
        .filter(event -> event.path("runId").asText().equals(runId))
        .filter(event -> event.path("stream").asText().equals("compaction"))
        .toList();
  }

  private String session(String model) {
    String key = "agent:main:" + UUID.randomUUID();
    a.ok("sessions.patch", Json.text(Json.object().put("key", key).put("model", "test/" + model)));
    return key;
  }

  private static String text(JsonNode message) {
    return message.at("/content/0/text").asText();
  }

  @Test
  void whatIsTooLongIsSummedUp() {
    String session = session("words-2-1");
    String last = "";
    int told = 0;
    for (int i = 0; i < 14; i++) {
      last = say(i % 2 == 0 ? a : b, session, i + " " + LONG);
      told += compactions(last).size();
      if (told > 0) {
        break;
      }
    }
    assertThat(told).isEqualTo(2);
    List<JsonNode> said = history(session);
    assertThat(said.getFirst().path("role").asText()).isEqualTo("system");
    assertThat(text(said.getFirst())).isEqualTo("w0 w1");
    assertThat(said.get(1).path("role").asText()).isEqualTo("user");
    assertThat(said.getLast().path("role").asText()).isEqualTo("assistant");
    assertThat(said).hasSizeLessThan(8);

    JsonNode asked = models.requests().getLast().path("messages");
    assertThat(text(asked.path(0)) + asked.path(0).path("content").asText())
        .contains("Summary of what was said before:\nw0 w1");
    JsonNode sum = models.requests().get(models.requests().size() - 2).path("messages");
    assertThat(sum.path(0).path("content").asText()).startsWith("Summarise the conversation");
    assertThat(Json.text(sum.path(1))).contains("user: 4 tell me more", "assistant: w0 w1");

    for (int i = 0; i < 14; i++) {
      say(b, session, "again " + LONG);
    }
    List<JsonNode> later = history(session);
    assertThat(later.stream().filter(message -> message.path("role").asText().equals("system")))
        .hasSize(1);
    assertThat(later).hasSizeLessThan(20);
  }

  /** Nobody has said how little the model takes: it is found out, once. */
  @Test
  void whatTheProviderFindsTooLongIsSummedUpAndAskedAgain() {
    for (String model : List.of("tight-2000", "close-2000")) {
      String session = session(model);
      int from = models.requests().size();
      int summed = 0;
      for (int i = 0; i < 12; i++) {
        summed += compactions(say(a, session, i + " " + LONG)).size() / 2;
      }
      assertThat(summed).as(model).isPositive();
      assertThat(history(session).getFirst().path("role").asText()).isEqualTo("system");
      // What was learnt is kept to: without it, each of the later ones would have been refused.
      assertThat(models.requests().size() - from).as(model).isLessThanOrEqualTo(12 + 8);
    }
  }

  @Test
  void whatCannotBeMadeShorterSaysWhatToDo() {
    String session = session("tight-150");
    String id = UUID.randomUUID().toString();
    ObjectNode params = Json.object().put("sessionKey", session).put("message", LONG);
    a.ok("chat.send", Json.text(params.put("idempotencyKey", id)));
    JsonNode end = b.chatEnd("runId", id);
    assertThat(end.path("state").asText()).isEqualTo("error");
    assertThat(end.path("errorMessage").asText())
        .contains("Context size has been exceeded.", "/new", "contextWindow");
  }

  @Test
  void withoutASummaryOlderMessagesAreLeftOutAndKept() {
    String session = session("unsummed-2-1");
    String last = "";
    for (int i = 0; i < 12; i++) {
      last = say(a, session, i + " " + LONG);
    }
    assertThat(compactions(last)).isNotEmpty();
    assertThat(history(session)).hasSize(24);
    String asked = Json.text(models.requests().getLast());
    assertThat(asked).doesNotContain("\"0 tell me").contains("\"11 tell me");
  }

  @Test
  void whatHasHappenedIsToldOnceWhereverTheNextTurnIs() {
    String session = "agent:main:main";
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 3; i++) {
        wake(i % 2 == 0 ? a : b, "news " + round + "." + i + ";");
      }
      say(round % 2 == 0 ? b : a, session, "go on");
    }
    List<JsonNode> said = history(session);
    assertThat(text(said.getFirst())).isEqualTo("go on");
    String all = Json.text(Json.mapper().valueToTree(said));
    IntStream.range(0, 15)
        .forEach(
            i -> {
              String news = "System: news " + i / 3 + "." + i % 3 + ";";
              assertThat(all.split(java.util.regex.Pattern.quote(news), -1)).hasSize(2);
            });
    assertThat(Json.text(models.requests().getLast())).contains("System: news 4.2;");
  }

  private static void wake(Peer peer, String text) {
    peer.ok("wake", Json.text(Json.object().put("mode", "next-heartbeat").put("text", text)));
  }
}
