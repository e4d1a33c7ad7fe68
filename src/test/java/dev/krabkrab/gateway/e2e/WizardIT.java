package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Onboarding whose steps go to one instance and the other. Protocol 03 §14. */
@Timeout(60)
class WizardIT extends TwoInstances {

  private static ObjectNode answer(JsonNode session, JsonNode step, @Nullable Object value) {
    ObjectNode params = Json.object().put("sessionId", session.asText());
    ObjectNode answer = params.putObject("answer").put("stepId", step.path("id").asText());
    if (value != null) {
      answer.set("value", Json.mapper().valueToTree(value));
    }
    return params;
  }

  private static JsonNode next(Peer peer, JsonNode session, JsonNode step, @Nullable Object value) {
    return peer.ok("wizard.next", Json.text(answer(session, step, value)));
  }

  @Test
  void itSetsAProviderUpThroughBothInstances() {
    JsonNode started = a.ok("wizard.start", "{\"workspace\":\"/work\"}");
    JsonNode session = started.path("sessionId");
    JsonNode step = started.path("step");
    assertThat(started.path("status").asText()).isEqualTo("running");
    assertThat(step.path("type").asText()).isEqualTo("note");
    assertThat(step.path("executor").asText()).isEqualTo("client");
    assertThat(b.call("wizard.start", "{}").at("/error/message").asText())
        .isEqualTo("wizard already running");
    ObjectNode again = Json.object().put("sessionId", session.asText());
    assertThat(b.ok("wizard.next", Json.text(again)).path("step")).isEqualTo(step);
    assertThat(Json.text(b.ok("wizard.status", Json.text(again))))
        .isEqualTo("{\"status\":\"running\"}");

    Object[] values = {
      null,
      "custom",
      "local",
      "http://models:8000/v1",
      "the-key",
      "big",
      "webhook",
      "http://127.0.0.1:9/in",
      "0123456789abcdef",
      "pairing"
    };
    JsonNode reply = started;
    for (int i = 0; i < values.length; i++) {
      reply = next(i % 2 == 0 ? b : a, session, reply.path("step"), values[i]);
      assertThat(reply.path("done").asBoolean(true)).isFalse();
    }
    assertThat(reply.at("/step/type").asText()).isEqualTo("confirm");
    assertThat(a.ok("config.get", "{}").at("/config/models").isMissingNode()).isTrue();
    assertThat(Json.text(next(b, session, reply.path("step"), true)))
        .isEqualTo("{\"done\":true,\"status\":\"done\"}");

    JsonNode config = a.ok("config.get", "{}").path("config");
    assertThat(Json.text(config.at("/models/providers/local")))
        .isEqualTo(
            "{\"baseUrl\":\"http://models:8000/v1\",\"api\":\"openai-completions\","
                + "\"apiKey\":\"the-key\",\"models\":[{\"id\":\"big\",\"name\":\"big\"}]}");
    assertThat(config.at("/agents/defaults/model/primary").asText()).isEqualTo("local/big");
    assertThat(config.at("/agents/defaults/workspace").asText()).isEqualTo("/work");
    assertThat(Json.text(config.at("/channels/webhook")))
        .isEqualTo(
            "{\"enabled\":true,\"url\":\"http://127.0.0.1:9/in\","
                + "\"secret\":\"0123456789abcdef\",\"dmPolicy\":\"pairing\"}");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(
                        b.ok("channels.status", "{}")
                            .at("/channelAccounts/webhook/0/running")
                            .asBoolean())
                    .isTrue());
    assertThat(a.ok("models.list", "{}").at("/models/0/id").asText()).isEqualTo("big");
    assertThat(a.call("wizard.next", Json.text(again)).at("/error/message").asText())
        .isEqualTo("wizard not found");
  }

  @Test
  void oneOfTwoAnswersToAQuestionCounts() {
    JsonNode started = a.ok("wizard.start", "{\"mode\":\"remote\"}");
    JsonNode session = started.path("sessionId");
    ObjectNode answer = answer(session, started.path("step"), null);
    String first = a.send("wizard.next", answer);
    String second = b.send("wizard.next", answer);
    List<JsonNode> frames = List.of(a.answer(first), b.answer(second));
    assertThat(frames)
        .filteredOn(frame -> frame.path("ok").asBoolean())
        .singleElement()
        .satisfies(frame -> assertThat(frame.at("/payload/step/type").asText()).isEqualTo("text"));
    assertThat(frames)
        .filteredOn(frame -> !frame.path("ok").asBoolean())
        .singleElement()
        .satisfies(
            frame ->
                assertThat(frame.at("/error/message").asText())
                    .isEqualTo("Error: wizard: no pending step"));
    String params = Json.text(Json.object().put("sessionId", session.asText()));
    assertThat(Json.text(b.ok("wizard.cancel", params)))
        .isEqualTo("{\"status\":\"cancelled\",\"error\":\"cancelled\"}");
    assertThat(a.call("wizard.status", params).at("/error/message").asText())
        .isEqualTo("wizard not found");
  }

  @Test
  void aWrongAnswerEndsIt() {
    JsonNode started = b.ok("wizard.start", "{\"mode\":\"remote\"}");
    JsonNode session = started.path("sessionId");
    JsonNode address = next(a, session, started.path("step"), null);
    assertThat(Json.text(next(b, session, address.path("step"), "ftp://x")))
        .isEqualTo(
            "{\"done\":true,\"status\":\"error\",\"error\":\"url must be a ws or wss address\"}");
    JsonNode another = a.ok("wizard.start", "{}");
    JsonNode reply = another;
    for (Object value : new Object[] {null, "skip", "telegram", "123456:short"}) {
      reply = next(b, another.path("sessionId"), reply.path("step"), value);
    }
    assertThat(reply.path("status").asText()).isEqualTo("error");
    assertThat(reply.path("error").asText())
        .startsWith("botToken must be a bot token such as 123456:ABC…")
        .doesNotContain("short");
    assertThat(a.ok("config.get", "{}").at("/config/channels/telegram").isMissingNode()).isTrue();
  }

  @Test
  void aPlaceholderIsNoSecretWhereNoneWasBefore() {
    JsonNode started = a.ok("wizard.start", "{}");
    JsonNode reply = started;
    for (Object value : new Object[] {null, "skip", "telegram", "(hidden)", "pairing", true}) {
      reply = next(b, started.path("sessionId"), reply.path("step"), value);
    }
    assertThat(reply.path("status").asText()).isEqualTo("error");
    assertThat(reply.path("error").asText())
        .startsWith("invalid config: channels.telegram.botToken: is a placeholder");
    assertThat(a.ok("config.get", "{}").at("/config/channels/telegram").isMissingNode()).isTrue();
  }
}
