package dev.krabkrab.gateway.agent.wizard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WizardScriptTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

  private static WizardDialogue dialogue(boolean remote, ObjectNode answers) {
    return new WizardDialogue("i", "s", remote, "/w", "0123456789abcdef", answers);
  }

  private static WizardStep next(ObjectNode answers) {
    return WizardScript.next(dialogue(false, answers)).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "false, openai, skip, 'intro,provider,apiKey,model,channel,confirm'",
    "false, anthropic, skip, 'intro,provider,apiKey,model,channel,confirm'",
    "false, ollama, skip, 'intro,provider,baseUrl,model,channel,confirm'",
    "false, custom, skip, 'intro,provider,name,baseUrl,apiKey,model,channel,confirm'",
    "false, skip, skip, 'intro,provider,channel,confirm'",
    "false, skip, telegram, 'intro,provider,channel,botToken,dmPolicy,confirm'",
    "false, skip, slack, 'intro,provider,channel,botToken,appToken,dmPolicy,confirm'",
    "false, ollama, webhook,"
        + " 'intro,provider,baseUrl,model,channel,url,secret,dmPolicy,confirm'",
    "true, none, none, 'intro,url,token,confirm'",
  })
  void questionsFollowFromWhatWasChosen(
      boolean remote, String provider, String channel, String keys) {
    ObjectNode answers = Json.object();
    List<String> asked = new ArrayList<>();
    Optional<WizardStep> step = WizardScript.next(dialogue(remote, answers));
    while (step.isPresent()) {
      String key = step.get().key();
      asked.add(key);
      answers.put(
          key,
          switch (key) {
            case "provider" -> provider;
            case "channel" -> channel;
            default -> "x";
          });
      step = WizardScript.next(dialogue(remote, answers));
    }
    assertThat(String.join(",", asked)).isEqualTo(keys);
  }

  @ParameterizedTest
  @CsvSource({
    "{provider:'zz'}, provider, 'provider must be one of openai, anthropic, ollama, custom, skip'",
    "{provider:'openai';apiKey:' '}, apiKey, apiKey must not be empty",
    "{provider:'openai';apiKey:7}, apiKey, apiKey must be a text",
    "{provider:'ollama';baseUrl:'file:///etc'}, baseUrl, baseUrl must be an http or https address",
    "{provider:'custom';name:'A b'}, name, name must be 1 to 64 of a-z 0-9 _ -",
    "{provider:'skip';channel:'pigeon'}, channel,"
        + " 'channel must be one of skip, telegram, slack, webhook'",
    "{provider:'skip';channel:'skip';confirm:'yes'}, confirm, confirm must be true or false",
  })
  void aWrongAnswerIsNamed(String given, String key, String problem) {
    ObjectNode answers = (ObjectNode) Json5.parse(given.replace(';', ','));
    var value = answers.remove(key);
    answers.put("intro", true);
    WizardStep step = next(answers);
    assertThat(step.key()).isEqualTo(key);
    assertThat(step.problem(value)).isEqualTo(problem);
  }

  @Test
  void whatIsThereAlreadyStays() {
    ObjectNode content =
        (ObjectNode)
            Json5.parse(
                "{models: {providers: {openai: {apiKey: 'old', models: [{id: 'm', cost: {input:"
                    + " 1}}]}}}, agents: {defaults: {model: {primary: 'x/y', fallbacks: ['z']}}}}");
    ObjectNode answers =
        (ObjectNode) Json5.parse("{provider: 'openai', apiKey: ' new ', model: 'm'}");
    WizardDialogue dialogue = dialogue(false, answers);

    ObjectNode once = WizardResult.applied(content, dialogue, NOW);
    String text = Json.text(once);
    assertThat(text)
        .contains("\"apiKey\":\"new\"", "\"api\":\"openai-completions\"")
        .contains("\"models\":[{\"id\":\"m\",\"cost\":{\"input\":1}}]")
        .contains("\"primary\":\"openai/m\",\"fallbacks\":[\"z\"]", "\"workspace\":\"/w\"");
    assertThat(Json.text(WizardResult.applied(once, dialogue, NOW))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "{channel:'telegram'}, 987654:ABC, false",
    "{channel:'telegram'}, 123456:AAbbccdd-_11, true",
    "{channel:'telegram'}, ${TELEGRAM_TOKEN}, true",
    "{channel:'telegram'}, ${KRABKRAB_CHANNEL_TELEGRAM}, true",
    "{channel:'telegram'}, ${KRABKRAB_GATEWAY_TOKEN}, false",
    "{channel:'slack'}, xoxb-1, true",
    "{channel:'slack'}, xapp-1, false",
    "{channel:'slack';botToken:'x'}, xapp-1, true",
    "{channel:'slack';botToken:'x'}, xoxb-1, false",
    "{channel:'webhook'}, https://chat.example.com/in, true",
    "{channel:'webhook'}, ftp://chat.example.com, false",
    "{channel:'webhook';url:'x'}, 0123456789abcde, false",
    "{channel:'webhook';url:'x'}, 0123456789abcdef, true",
    "{channel:'webhook';url:'x';secret:'x'}, pairing, true",
    "{channel:'webhook';url:'x';secret:'x'}, anybody, false",
  })
  void aBadTokenIsRefused(String given, String value, boolean good) {
    ObjectNode answers = (ObjectNode) Json5.parse(given.replace(';', ','));
    answers.put("intro", true).put("provider", "skip");
    WizardStep step = next(answers);
    String problem = step.problem(TextNode.valueOf(value));
    if (good) {
      assertThat(problem).isNull();
    } else {
      assertThat(problem).startsWith(step.key() + " must ").doesNotContain(value);
    }
  }

  @Test
  void aFreshSecretIsOfferedAndTheSameWhenItIsAskedAgain() {
    ObjectNode answers =
        (ObjectNode)
            Json5.parse("{intro: true, provider: 'skip', channel: 'webhook', url: 'http://h'}");
    ObjectNode step = next(answers).toJson("1");
    assertThat(step.path("initialValue").asText()).isEqualTo("0123456789abcdef");
    assertThat(step.path("message").asText()).contains("A fresh one: 0123456789abcdef");
    assertThat(step.path("sensitive").asBoolean()).isTrue();
    WizardDialogue stored = dialogue(false, answers);
    assertThat(WizardDialogue.decode("i", "s", stored.encode())).isEqualTo(stored);
  }

  @Test
  void aChannelIsSetUpWhereItsUsualAccountStands() {
    ObjectNode answers =
        (ObjectNode)
            Json5.parse(
                "{provider: 'skip', channel: 'slack', botToken: ' xoxb-1 ', appToken: 'xapp-1',"
                    + " dmPolicy: 'pairing'}");
    assertThat(applied("{}", answers))
        .contains(
            "\"channels\":{\"slack\":{\"enabled\":true,\"botToken\":\"xoxb-1\","
                + "\"appToken\":\"xapp-1\",\"dmPolicy\":\"pairing\"}}")
        .doesNotContain("models");
    assertThat(
            applied(
                "{channels: {slack: {name: 'n', enabled: false, accounts: {ops: {}}}}}", answers))
        .contains(
            "\"slack\":{\"name\":\"n\",\"enabled\":false,\"accounts\":{\"ops\":{},"
                + "\"default\":{\"enabled\":true,\"botToken\":\"xoxb-1\"");
  }

  private static String applied(String document, ObjectNode answers) {
    ObjectNode content = (ObjectNode) Json5.parse(document);
    String once = Json.text(WizardResult.applied(content, dialogue(false, answers), NOW));
    assertThat(Json.text(WizardResult.applied(content, dialogue(false, answers), NOW)))
        .isEqualTo(once);
    return once;
  }
}
