package dev.krabkrab.gateway.wizard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.Json5;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WizardScriptTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "false, openai, 'intro,provider,apiKey,model,confirm'",
    "false, anthropic, 'intro,provider,apiKey,model,confirm'",
    "false, ollama, 'intro,provider,baseUrl,model,confirm'",
    "false, custom, 'intro,provider,name,baseUrl,apiKey,model,confirm'",
    "false, skip, 'intro,provider,confirm'",
    "true, none, 'intro,url,token,confirm'",
  })
  void questionsFollowFromTheProvider(boolean remote, String provider, String keys) {
    ObjectNode answers = Json.object();
    List<String> asked = new ArrayList<>();
    Optional<WizardStep> step = WizardScript.next(remote, answers);
    while (step.isPresent()) {
      String key = step.get().key();
      asked.add(key);
      answers.put(key, key.equals("provider") ? provider : "x");
      step = WizardScript.next(remote, answers);
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
    "{provider:'skip';confirm:'yes'}, confirm, confirm must be true or false",
  })
  void aWrongAnswerIsNamed(String given, String key, String problem) {
    ObjectNode answers = (ObjectNode) Json5.parse(given.replace(';', ','));
    var value = answers.remove(key);
    answers.put("intro", true);
    WizardStep step = WizardScript.next(false, answers).orElseThrow();
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
    WizardDialogue dialogue = new WizardDialogue("i", "s", false, "/w", answers);

    ObjectNode once = WizardResult.applied(content, dialogue, NOW);
    String text = Json.text(once);
    assertThat(text)
        .contains("\"apiKey\":\"new\"", "\"api\":\"openai-completions\"")
        .contains("\"models\":[{\"id\":\"m\",\"cost\":{\"input\":1}}]")
        .contains("\"primary\":\"openai/m\",\"fallbacks\":[\"z\"]", "\"workspace\":\"/w\"");
    assertThat(Json.text(WizardResult.applied(once, dialogue, NOW))).isEqualTo(text);
  }
}
