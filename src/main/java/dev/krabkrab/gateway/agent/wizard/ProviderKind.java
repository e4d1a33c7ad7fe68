package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds of model providers that the dialogue sets up. */
enum ProviderKind {
  OPENAI("openai", "OpenAI", "openai-completions", "https://api.openai.com/v1", "gpt-5.2"),
  ANTHROPIC(
      "anthropic",
      "Anthropic",
      "anthropic-messages",
      "https://api.anthropic.com",
      "claude-opus-4-5"),
  OLLAMA("ollama", "Ollama", "openai-completions", "http://127.0.0.1:11434/v1", "llama3.3"),
  COMPATIBLE("custom", "Another OpenAI-compatible endpoint", "openai-completions", "", "my-model");

  /** The answer that leaves models as they are. */
  static final String NONE = "skip";

  private final String id;
  private final String label;
  private final String api;
  private final String baseUrl;
  private final String model;

  ProviderKind(String id, String label, String api, String baseUrl, String model) {
    this.id = id;
    this.label = label;
    this.api = api;
    this.baseUrl = baseUrl;
    this.model = model;
  }

  /** The one that was chosen; nothing when it is none, or not answered yet. */
  static Optional<ProviderKind> chosen(JsonNode answers) {
    String id = answers.path(WizardScript.PROVIDER).asText("");
    return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
  }

  static List<WizardStep.Option> options() {
    List<WizardStep.Option> options =
        new ArrayList<>(
            Arrays.stream(values())
                .map(kind -> new WizardStep.Option(kind.id, kind.label, null))
                .toList());
    options.add(
        new WizardStep.Option(NONE, "None for now", "Models stay as the document has them"));
    return options;
  }

  /** Name in {@code models.providers}, where no other one is requested. */
  String id() {
    return id;
  }

  String label() {
    return label;
  }

  /** What the provider speaks, as {@code models.providers.*.api} says it. */
  String api() {
    return api;
  }

  /** Its usual address; empty where there is none. */
  String baseUrl() {
    return baseUrl;
  }

  /** A model as an example. */
  String model() {
    return model;
  }

  /** Whether people have it at addresses of their own. */
  boolean asksAddress() {
    return this == OLLAMA || this == COMPATIBLE;
  }

  boolean needsKey() {
    return this == OPENAI || this == ANTHROPIC;
  }
}
