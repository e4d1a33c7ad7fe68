package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the next question, by the answers up to now. Nothing is tried out: a dialogue must not make
 * this gateway call addresses that somebody types in.
 */
final class WizardScript {
  static final String INTRO = "intro";
  static final String PROVIDER = "provider";
  static final String NAME = "name";
  static final String BASE_URL = "baseUrl";
  static final String API_KEY = "apiKey";
  static final String MODEL = "model";
  static final String URL = "url";
  static final String TOKEN = "token";
  static final String CONFIRM = "confirm";

  private static final Pattern NAMES = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
  private static final Set<String> WEB = Set.of("http", "https");
  private static final Set<String> SOCKET = Set.of("ws", "wss");
  private static final String UNTRIED =
      "Nothing has been tried out: the first conversation shows whether addresses and keys are"
          + " right.";

  private WizardScript() {}

  /** The first question without an answer, or nothing when all are answered. */
  static Optional<WizardStep> next(WizardDialogue dialogue) {
    JsonNode answers = dialogue.answers();
    List<WizardStep> steps = dialogue.remote() ? remote(answers) : local(dialogue);
    return steps.stream().filter(step -> !answers.has(step.key())).findFirst();
  }

  /** The questions of every dialogue, each choice followed by what follows from it. */
  private static List<WizardStep> local(WizardDialogue dialogue) {
    JsonNode answers = dialogue.answers();
    List<WizardStep> steps = new ArrayList<>();
    steps.add(
        WizardStep.note(
            INTRO,
            "KrabKrab Gateway onboarding",
            "A few questions set up a model provider, and a chat channel if there is to be one. The"
                + " answers go into the gateway document, for all instances; nothing is written"
                + " before the last one."));
    steps.add(
        WizardStep.select(
            PROVIDER, "Model provider", "Whose models do agents run on?", ProviderKind.options()));
    ProviderKind.chosen(answers).ifPresent(kind -> steps.addAll(ofProvider(kind)));
    steps.add(ChannelKind.question());
    ChannelKind.chosen(answers).ifPresent(kind -> steps.addAll(kind.steps(dialogue.offer())));
    steps.add(confirm(answers));
    return steps;
  }

  private static WizardStep confirm(JsonNode answers) {
    Optional<ProviderKind> provider = ProviderKind.chosen(answers);
    Optional<ChannelKind> channel = ChannelKind.chosen(answers);
    if (provider.isEmpty() && channel.isEmpty()) {
      return WizardStep.confirm(
          CONFIRM, "Finish", "Finish without a model provider and without a channel?");
    }
    String models =
        provider.isEmpty()
            ? "Models stay as they are."
            : "Provider %s, default model %s."
                .formatted(providerId(answers), answers.path(MODEL).asText("").strip());
    String chats = channel.map(kind -> " Channel " + kind.label() + ".").orElse("");
    return WizardStep.confirm(
        CONFIRM, "Write the gateway document", models + chats + " " + UNTRIED);
  }

  private static List<WizardStep> ofProvider(ProviderKind kind) {
    WizardStep key =
        WizardStep.text(
                API_KEY,
                kind.label(),
                kind.needsKey() ? "API key" : "API key, if it asks for one",
                text -> !kind.needsKey() || !text.isEmpty(),
                "must not be empty")
            .secret();
    WizardStep model =
        WizardStep.text(
                MODEL,
                kind.label(),
                "Model, by the id the provider gives it",
                text -> !text.isEmpty() && !text.contains(" "),
                "must be an id without spaces")
            .offering(null, kind.model());
    if (!kind.asksAddress()) {
      return List.of(key, model);
    }
    WizardStep address =
        WizardStep.text(
                BASE_URL,
                kind.label(),
                "Address of its API",
                WizardScript::isWebAddress,
                "must be an http or https address")
            .offering(kind.baseUrl().isEmpty() ? null : kind.baseUrl(), "http://models:8000/v1");
    return kind == ProviderKind.OLLAMA
        ? List.of(address, model)
        : List.of(providerName(kind), address, key, model);
  }

  private static WizardStep providerName(ProviderKind kind) {
    return WizardStep.text(
            NAME,
            kind.label(),
            "Name of the provider in the gateway document",
            text -> NAMES.matcher(text).matches(),
            "must be 1 to 64 of a-z 0-9 _ -")
        .offering(kind.id(), null);
  }

  private static List<WizardStep> remote(JsonNode answers) {
    return List.of(
        WizardStep.note(
            INTRO,
            "KrabKrab Gateway onboarding",
            "Two questions say which remote gateway command lines talk to."),
        WizardStep.text(
                URL,
                "Remote gateway",
                "Address of the remote gateway",
                text -> isAddress(text, SOCKET),
                "must be a ws or wss address")
            .offering(null, "wss://gateway.example.com"),
        WizardStep.text(TOKEN, "Remote gateway", "Its token, if it has one", text -> true, "")
            .secret(),
        WizardStep.confirm(
            CONFIRM,
            "Write the gateway document",
            "Remote gateway %s. The address has not been tried out."
                .formatted(answers.path(URL).asText("").strip())));
  }

  /** Name of the chosen provider in {@code models.providers}. */
  static String providerId(JsonNode answers) {
    String named = Json.nonBlank(answers, NAME);
    return named == null ? answers.path(PROVIDER).asText("") : named;
  }

  static boolean isWebAddress(String text) {
    return isAddress(text, WEB);
  }

  private static boolean isAddress(String text, Set<String> schemes) {
    try {
      URI uri = new URI(text);
      return uri.getScheme() != null
          && schemes.contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
