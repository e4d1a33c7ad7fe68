package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.anthropic.AnthropicChatRequestParameters;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.ollama.OllamaChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests as each kind of provider takes them. Belongs to one context. */
final class ProviderRequests {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderRequests.class);

  /** Anthropic wants a bound; this one is for what is said, without what is thought. */
  private static final int ANTHROPIC_TOKENS = 8_192;

  private static final int LEAST_SAID = 1_024;

  /** Every other model refuses this level. Protocol 04 §16.4. */
  private static final Set<String> THINK_HARDEST =
      Set.of("openai/gpt-5.2", "openai-codex/gpt-5.2-codex", "openai-codex/gpt-5.1-codex");

  private final Set<String> noted = new HashSet<>();

  ChatRequest of(ModelProvider.Api api, ModelEntry entry, ModelRequest request) {
    ChatRequestParameters parameters =
        switch (api) {
          case OPENAI -> openAi(entry, request);
          case ANTHROPIC -> anthropic(entry, request);
          case OLLAMA -> ollama(entry, request);
        };
    return ChatRequest.builder()
        .messages(ProviderMessages.of(request))
        .parameters(parameters)
        .build();
  }

  private ChatRequestParameters openAi(ModelEntry entry, ModelRequest request) {
    OpenAiChatRequestParameters.Builder parameters = OpenAiChatRequestParameters.builder();
    common(parameters, entry, request);
    choice(parameters, request);
    Thinking level = level(entry, request);
    if (level == Thinking.XHIGH && !THINK_HARDEST.contains(request.model().toString())) {
      note(request, "knows no xhigh and thinks high");
      level = Thinking.HIGH;
    }
    if (level != Thinking.OFF) {
      parameters.reasoningEffort(level.wire());
    }
    return parameters.build();
  }

  private ChatRequestParameters anthropic(ModelEntry entry, ModelRequest request) {
    AnthropicChatRequestParameters.Builder parameters = AnthropicChatRequestParameters.builder();
    common(parameters, entry, request);
    choice(parameters, request);
    int bound = bound(entry, request);
    // Who has to call a tool may not think first.
    Thinking level = request.toolRequired() ? Thinking.OFF : level(entry, request);
    int budget = bound == 0 ? level.budget() : Math.min(level.budget(), bound - LEAST_SAID);
    if (level != Thinking.OFF && budget < Thinking.MINIMAL.budget()) {
      note(request, "has no room to think within its maxTokens");
    } else if (level != Thinking.OFF && ProviderMessages.breaksThought(request)) {
      note(request, "goes on with what another model began and does not think");
    } else if (level != Thinking.OFF) {
      parameters
          .thinkingType("enabled")
          .thinkingBudgetTokens(budget)
          .returnThinking(true)
          .sendThinking(true);
      return parameters.maxOutputTokens(bound == 0 ? ANTHROPIC_TOKENS + budget : bound).build();
    }
    return parameters
        .maxOutputTokens(bound == 0 ? ANTHROPIC_TOKENS : bound)
        .sendThinking(false)
        .build();
  }

  private ChatRequestParameters ollama(ModelEntry entry, ModelRequest request) {
    OllamaChatRequestParameters.Builder parameters = OllamaChatRequestParameters.builder();
    common(parameters, entry, request);
    Thinking level = level(entry, request);
    // It thinks unless it is told not to; one that cannot think refuses to be told anything.
    if (entry.reasoning()) {
      parameters.think(level != Thinking.OFF);
    }
    return parameters.build();
  }

  /** The lesser of what the model and whoever asks allow; 0 when neither does say. */
  private static int bound(ModelEntry entry, ModelRequest request) {
    int own = entry.maxTokens();
    int requested = request.maxTokens();
    return own == 0 || requested == 0 ? Math.max(own, requested) : Math.min(own, requested);
  }

  private static void common(
      DefaultChatRequestParameters.Builder<?> parameters, ModelEntry entry, ModelRequest request) {
    int bound = bound(entry, request);
    if (bound > 0) {
      parameters.maxOutputTokens(bound);
    }
    if (!request.tools().isEmpty()) {
      parameters.toolSpecifications(request.tools().stream().map(ProviderRequests::tool).toList());
    }
  }

  private static void choice(
      DefaultChatRequestParameters.Builder<?> parameters, ModelRequest request) {
    if (request.toolRequired()) {
      parameters.toolChoice(ToolChoice.REQUIRED);
    }
  }

  private Thinking level(ModelEntry entry, ModelRequest request) {
    if (request.thinking() == Thinking.OFF || entry.reasoning()) {
      return request.thinking();
    }
    note(request, "does not think (reasoning is not set in models.providers)");
    return Thinking.OFF;
  }

  /** Once for each model and level. */
  private void note(ModelRequest request, String what) {
    if (noted.add(request.model() + " " + request.thinking() + what)) {
      LOG.info(
          "thinking level {} asked for: {} {}", request.thinking().wire(), request.model(), what);
    }
  }

  private static ToolSpecification tool(ModelRequest.Tool tool) {
    Map<String, JsonSchemaElement> properties = new LinkedHashMap<>();
    ObjectNode parameters = tool.parameters();
    for (Map.Entry<String, JsonNode> property : parameters.path("properties").properties()) {
      properties.put(property.getKey(), JsonRawSchema.from(Json.text(property.getValue())));
    }
    List<String> required = new ArrayList<>();
    parameters.path("required").forEach(name -> required.add(name.asText()));
    return ToolSpecification.builder()
        .name(tool.name())
        .description(tool.description())
        .parameters(JsonObjectSchema.builder().addProperties(properties).required(required).build())
        .build();
  }
}
