package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channels.TelegramServer;
import dev.krabkrab.gateway.models.ModelServer;
import dev.krabkrab.gateway.protocol.Json;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What jobs and heartbeats have to say reaches people in a channel. Protocol 03 §21, §22. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TelegramServer telegram;
  private ModelServer models;
  private Cluster cluster;
  private Peer a;
  private Peer b;

  @BeforeAll
  void start() {
    telegram = new TelegramServer();
    models = new ModelServer();
    cluster =
        Cluster.of(
            2,
            "{gateway:{auth:{token:'"
                + Cluster.TOKEN
                + "'}},"
                + models.document("words-2-1")
                + ",channels:{telegram:{dmPolicy:'open',botToken:'"
                + TelegramServer.TOKEN
                + "',apiRoot:'"
                + telegram.url()
                + "'}}}");
    a = cluster.admin(0);
    b = cluster.admin(1);
  }

  @AfterAll
  void stop() {
    a.close();
    b.close();
    cluster.close();
    models.close();
    telegram.close();
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
            .put("wakeMode", "now");
    job.putObject("schedule").put("kind", "at").put("atMs", System.currentTimeMillis() + 500);
    job.set("payload", Json.parseObject(payload));
    return job;
  }

  private JsonNode entry(String jobId) {
    String params = "{\"id\":\"" + jobId + "\"}";
    await().atMost(PATIENCE).until(() -> !b.ok("cron.runs", params).path("entries").isEmpty());
    return b.ok("cron.runs", params).path("entries").path(0);
  }

  @Test
  void aJobAnswersWhereItWasTold() {
    String id =
        a.ok(
                "cron.add",
                Json.text(
                    job(
                        "{\"kind\":\"agentTurn\",\"message\":\"report\",\"deliver\":true,"
                            + "\"channel\":\"telegram\",\"to\":\"4720\"}")))
            .path("id")
            .asText();
    await().atMost(PATIENCE).until(() -> saidTo("4720") > 0);
    assertThat(entry(id).path("status").asText()).isEqualTo("ok");
    assertThat(saidTo("4720")).isEqualTo(1);
  }

  @Test
  void aJobThatHasNowhereToAnswerSaysSo() {
    String id =
        a.ok(
                "cron.add",
                Json.text(
                    job(
                        "{\"kind\":\"agentTurn\",\"message\":\"report\",\"deliver\":true,"
                            + "\"channel\":\"slack\",\"to\":\"C0123456789\"}")))
            .path("id")
            .asText();
    JsonNode entry = entry(id);
    assertThat(entry.path("status").asText()).isEqualTo("error");
    assertThat(entry.path("error").asText())
        .isEqualTo("its answer has nowhere to go: unsupported channel: slack");
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
