package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.channel.WebhookReceiver;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people in channels may have done, by whom and for how long, on two instances. */
@Timeout(120)
class ChannelPersonIT extends TwoInstances {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String ENDLESS = "words-100000-20";

  private final ModelServer models = closing(new ModelServer());
  private final WebhookReceiver receiver = closing(new WebhookReceiver());

  @Override
  String config() {
    return config(
        "session:{dmScope:'per-channel-peer'},channels:{webhook:{dmPolicy:'pairing',url:'"
            + receiver.url()
            + "',secret:'"
            + WebhookReceiver.SECRET
            + "',allowFrom:['boss']}},"
            + models.document("words-1-1"));
  }

  private void says(int instance, String person, String text) {
    WebhookReceiver.says(cluster.port(instance), person, text);
  }

  private String code(Peer peer, String person) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (JsonNode one : peer.ok("channels.pairing.list", "{}").path("requests")) {
                if (one.path("senderId").asText().equals(person)) {
                  return one.path("code").asText();
                }
              }
              return "";
            },
            found -> !found.isEmpty());
  }

  private static String person(String id) {
    return Json.text(Json.object().put("channel", "webhook").put("senderId", id));
  }

  @Test
  void nobodyLetsInWithoutHoldingWhatThatGives() throws Exception {
    says(0, "eve", "hello");
    try (Peer pairing = cluster.operator(1, 4, "operator.pairing", "operator.read")) {
      String code = "{\"code\":\"" + code(pairing, "eve") + "\"}";
      JsonNode refused = pairing.call("channels.pairing.approve", code);
      assertThat(refused.at("/error/message").asText()).contains("operator.admin");
      a.ok("channels.pairing.approve", code);
      pairing.ok("channels.pairing.dismiss", person("eve"));
    }
    for (String action : new String[] {"person.admitted", "person.dismissed"}) {
      JsonNode entries = b.ok("audit.list", "{\"action\":\"" + action + "\"}").path("entries");
      assertThat(entries)
          .anyMatch(
              entry ->
                  entry.at("/details/sender").asText().equals("eve")
                      && entry.at("/details/account").asText().equals("default")
                      && !entry.at("/actor/device").asText().isEmpty());
    }
  }

  private void answersWith(String person, String model) {
    ObjectNode session = Json.object().put("key", "agent:main:webhook:dm:" + person);
    b.ok("sessions.patch", Json.text(session.put("model", "test/" + model)));
  }

  private JsonNode ran(String job) {
    a.ok("cron.run", "{\"id\":\"" + job + "\",\"mode\":\"force\"}");
    JsonNode entries = a.ok("cron.runs", "{\"id\":\"" + job + "\"}").path("entries");
    return entries.path(entries.size() - 1);
  }

  private String jobOf(String person) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (JsonNode job : a.ok("cron.list", "{}").path("jobs")) {
                if (job.path("name").asText().equals("of " + person)) {
                  return job.path("id").asText();
                }
              }
              return "";
            },
            found -> !found.isEmpty());
  }

  private void allow(String people) {
    configure("allowFrom:[" + people + "]");
  }

  private void configure(String webhook) {
    ObjectNode change = Json.object().put("raw", "{channels:{webhook:{" + webhook + "}}}");
    change.put("baseHash", b.ok("config.get", "{}").path("hash").asText());
    b.ok("config.patch", Json.text(change));
    // Whoever reads the document is up to date with it.
    a.ok("config.get", "{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sent away", "listed no more", "of an account that is off"})
  void whatSomebodyAskedForEndsWithHisRightToIt(String how) throws Exception {
    String person = how.replace(' ', '-');
    if (how.equals("sent away")) {
      says(0, person, "hello");
      a.ok("channels.pairing.approve", "{\"code\":\"" + code(a, person) + "\"}");
    } else {
      allow("'boss','" + person + "'");
    }
    answersWith(person, "tool-cron_add");
    says(
        0,
        person,
        Json.text(
            Json.object()
                .put("name", "of " + person)
                .put("message", "look")
                .put("everySeconds", 3_600)));
    String job = jobOf(person);
    assertThat(ran(job).path("status").asText()).isEqualTo("ok");
    answersWith(person, ENDLESS);
    says(0, person, "go on");
    await().atMost(PATIENCE).until(() -> models.streaming() == 1);

    switch (how) {
      case "sent away" -> b.ok("channels.pairing.dismiss", person(person));
      case "listed no more" -> allow("'boss'");
      default -> configure("enabled:false");
    }
    await().atMost(PATIENCE).until(() -> models.streaming() == 0);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(ran(job).path("error").asText()).contains("has lost the right to"));
    a.ok("cron.remove", "{\"id\":\"" + job + "\"}");
    configure("enabled:true");
  }
}
