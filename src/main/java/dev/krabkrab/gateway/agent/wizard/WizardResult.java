package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Instant;

/**
 * The change of a dialogue's answers to the gateway document. The same answers give the same again.
 */
final class WizardResult {
  private WizardResult() {}

  static ObjectNode applied(ObjectNode content, WizardDialogue dialogue, Instant now) {
    JsonNode answers = dialogue.answers();
    if (dialogue.remote()) {
      remote(within(within(content, "gateway"), "remote"), answers);
    } else {
      ProviderKind.chosen(answers).ifPresent(kind -> provider(content, kind, answers));
      ChannelKind.chosen(answers)
          .ifPresent(kind -> kind.apply(within(content, "channels"), answers));
    }
    if (!dialogue.remote() && !dialogue.workspace().isEmpty()) {
      within(within(content, "agents"), "defaults").put("workspace", dialogue.workspace());
    }
    within(content, "wizard")
        .put("lastRunAt", now.toString())
        .put("lastRunCommand", "wizard.start")
        .put("lastRunMode", dialogue.remote() ? "remote" : "local");
    return content;
  }

  private static void remote(ObjectNode remote, JsonNode answers) {
    remote.put("url", text(answers, WizardScript.URL));
    putOrRemove(remote, "token", text(answers, WizardScript.TOKEN));
  }

  private static void provider(ObjectNode content, ProviderKind kind, JsonNode answers) {
    String id = WizardScript.providerId(answers);
    String address = text(answers, WizardScript.BASE_URL);
    ObjectNode provider = within(within(within(content, "models"), "providers"), id);
    provider.put("baseUrl", address.isEmpty() ? kind.baseUrl() : address).put("api", kind.api());
    putOrRemove(provider, "apiKey", text(answers, WizardScript.API_KEY));
    String model = text(answers, WizardScript.MODEL);
    ArrayNode models =
        provider.get("models") instanceof ArrayNode there ? there : provider.putArray("models");
    if (models.valueStream().noneMatch(known -> known.path("id").asText().equals(model))) {
      models.addObject().put("id", model).put("name", model);
    }
    // An object may name what to fall back on; that stays.
    within(within(within(content, "agents"), "defaults"), "model").put("primary", id + "/" + model);
  }

  private static String text(JsonNode answers, String key) {
    String text = Json.nonBlank(answers, key);
    return text == null ? "" : text;
  }

  private static void putOrRemove(ObjectNode object, String field, String value) {
    if (value.isEmpty()) {
      object.remove(field);
    } else {
      object.put(field, value);
    }
  }

  private static ObjectNode within(ObjectNode object, String field) {
    return object.get(field) instanceof ObjectNode there ? there : object.putObject(field);
  }
}
