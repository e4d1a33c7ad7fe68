package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What jobs and heartbeats have to say, and nodes have asked, reaches people in a channel. Protocol
 * 03 §21, §22.
 */
@Timeout(120)
class DeliveryIT extends TwoInstances {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TelegramServer telegram = closing(new TelegramServer());
  private final ModelServer models = closing(new ModelServer());

  @Override
  String config() {
    return config(
        ",nodes:{sessions:['main']}",
        models.document("words-2-1")
            + ",channels:{telegram:{dmPolicy:'open',allowFrom:['4720','4730','4731','4739','88'],"
            + telegram.settings()
            + "}}");
  }

  private long saidTo(String chat) {
    return telegram.said().stream().filter(one -> one.equals(chat + ": w0 w1")).count();
  }

  private static ObjectNode job(String payload) {
    ObjectNode job =
        Json.object()
            .put("name", "report")
            .put("enabled", true)
            .put("sessionTarget", "isolated")
            .put("wakeMode", "next-heartbeat");
    job.putObject("schedule").put("kind", "at").put("atMs", System.currentTimeMillis() + 500);
    job.set("payload", Json.parseObject(payload));
    return job;
  }

  private String reportTo(String channel, String to) {
    ObjectNode job = job("{\"kind\":\"agentTurn\",\"message\":\"report\",\"deliver\":true}");
    job.withObject("payload").put("channel", channel).put("to", to);
    return a.ok("cron.add", Json.text(job)).path("id").asText();
  }

  private JsonNode entry(String jobId) {
    String params = "{\"id\":\"" + jobId + "\"}";
    await().atMost(PATIENCE).until(() -> !b.ok("cron.runs", params).path("entries").isEmpty());
    return b.ok("cron.runs", params).path("entries").path(0);
  }

  @Test
  void aJobAnswersWhereItWasTold() {
    String id = reportTo("telegram", "4720");
    await().atMost(PATIENCE).until(() -> saidTo("4720") > 0);
    assertThat(entry(id).path("status").asText()).isEqualTo("ok");
    assertThat(saidTo("4720")).isEqualTo(1);
  }

  /** Half an answer is not delivered as if it were one. */
  @Test
  void whoeverWaitsInAChannelIsToldThatTheAnswerBrokeOff() {
    a.ok(
        "cron.add",
        Json.text(
            job(
                "{\"kind\":\"agentTurn\",\"message\":\"report\",\"deliver\":true,"
                    + "\"model\":\"test/torn\",\"channel\":\"telegram\",\"to\":\"4721\"}")));
    await()
        .atMost(PATIENCE)
        .until(() -> telegram.said().stream().anyMatch(one -> one.startsWith("4721: ")));
    assertThat(telegram.said())
        .filteredOn(one -> one.startsWith("4721: "))
        .singleElement()
        .asString()
        .contains("⚠️", "broke off")
        .doesNotContain("half an");
  }

  @Test
  void aJobThatHasNowhereToAnswerSaysSo() {
    String id = reportTo("slack", "C0123456789");
    JsonNode entry = entry(id);
    assertThat(entry.path("status").asText()).isEqualTo("error");
    assertThat(entry.path("error").asText())
        .isEqualTo("its answer has nowhere to go: unsupported channel: slack");
  }

  /** One of the instances does not listen to Telegram. A node chooses nobody to write to. */
  @Test
  void whatANodeAsksIsAnsweredWhereTheSessionWasLastAndNowhereElse() {
    for (int instance = 0; instance < 2; instance++) {
      String chat = "473" + instance;
      telegram.write(Long.parseLong(chat), "Ann", "hello");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(saidTo(chat)).as("%s", telegram.said()).isOne());
      Connect connect =
          Connect.node(3)
              .device(DeviceKeys.fresh())
              .token(Cluster.TOKEN)
              .about("platform", "linux");
      try (Peer node = Peer.connected(cluster.port(instance), connect)) {
        ask(node, "pigeon", chat);
        ask(node, "telegram", "4739");
        ask(node, "Telegram", chat);
        await().atMost(PATIENCE).until(() -> saidTo(chat) == 2);
      }
    }
    assertThat(saidTo("4739")).isZero();
    assertThat(Json.text(models.requests().getLast().path("messages")))
        .contains("[from node ", ", a machine and no person] what now?");
  }

  private static void ask(Peer node, String channel, String to) {
    ObjectNode payload =
        Json.object()
            .put("message", "what now?")
            .put("sessionKey", "main")
            .put("deliver", true)
            .put("channel", channel)
            .put("to", to);
    node.ok(
        "node.event",
        Json.text(
            Json.object().put("event", "agent.request").put("payloadJSON", Json.text(payload))));
  }

  @Test
  void anAgentKnowsTheChannelsThereAre() {
    for (String channel : List.of("webhook", " Slack ", "last", "webchat")) {
      assertThat(call(channel).path("ok").asBoolean()).as(channel).isTrue();
    }
    assertThat(call("pigeon").at("/error/message").asText())
        .isEqualTo("invalid agent params: unknown channel: pigeon");
  }

  private JsonNode call(String channel) {
    return b.call(
        "agent",
        Json.text(
            Json.object()
                .put("message", "hello")
                .put("sessionKey", "known")
                .put("channel", channel)
                .put("idempotencyKey", "known " + channel)));
  }

  @Test
  void aHeartbeatSpeaksWhereTheConversationWasLast() {
    telegram.write(88, "Ann", "hello");
    await().atMost(PATIENCE).until(() -> saidTo("88") >= 1);
    b.ok("wake", "{\"mode\":\"now\",\"text\":\"the build is red\"}");
    JsonNode beat = a.event("heartbeat", event -> event.path("status").asText().equals("sent"));
    assertThat(beat.path("channel").asText()).isEqualTo("telegram");
    assertThat(beat.path("to").asText()).isEqualTo("88");
    await().atMost(PATIENCE).until(() -> saidTo("88") >= 2);
  }
}
