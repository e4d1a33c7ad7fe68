package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an agent: its entry in {@code agents.list}, else {@code agents.defaults}.
 *
 * @param agentId its id in its one form
 * @param known it is set up; nobody else runs, nor uses a tool
 * @param models what it runs on, the first one first; the others when that fails
 * @param instructions {@code systemPrompt}; may be empty
 * @param timeoutSeconds {@code agents.defaults.timeoutSeconds} of a run; default 600
 * @param maxConcurrent {@code agents.defaults.maxConcurrent}: runs of all sessions that an instance
 *     works on at a time; default 4
 * @param verbose {@code agents.defaults.verboseDefault} is not {@code off}: tools are shown
 * @param thinking {@code agents.defaults.thinkingDefault}; default {@code off}
 * @param queued {@code messages.queue.cap}: runs of a session that may wait; default 20
 * @param tools {@code tools.allow}: names of the tools it may use; null for all
 * @param deniedTools {@code tools.deny}; wins
 */
public record AgentRules(
    String agentId,
    boolean known,
    List<ModelName> models,
    String instructions,
    int timeoutSeconds,
    int maxConcurrent,
    boolean verbose,
    String thinking,
    int queued,
    @Nullable List<String> tools,
    List<String> deniedTools) {
  private static final int TIMEOUT_SECONDS = 600;
  private static final int AT_ONCE = 4;
  private static final int QUEUED = 20;
  private static final String OFF = "off";

  public AgentRules {
    models = List.copyOf(models);
    tools = tools == null ? null : List.copyOf(tools);
    deniedTools = List.copyOf(deniedTools);
  }

  /** Reads the gateway document for an agent by its id. */
  public static AgentRules of(JsonNode document, String agentId) {
    JsonNode defaults = document.at("/agents/defaults");
    JsonNode own = entry(document, agentId);
    String verbose = defaults.path("verboseDefault").asText(OFF);
    String prompt = Json.nonBlank(own, "systemPrompt");
    String shared = Json.nonBlank(defaults, "systemPrompt");
    JsonNode allow = either(own.at("/tools/allow"), document.at("/tools/allow"));
    return new AgentRules(
        agentId,
        isKnown(document, own, agentId),
        models(either(own.path("model"), defaults.path("model"))),
        prompt != null ? prompt : shared == null ? "" : shared,
        positive(defaults.path("timeoutSeconds"), TIMEOUT_SECONDS),
        positive(defaults.path("maxConcurrent"), AT_ONCE),
        !verbose.equals(OFF),
        defaults.path("thinkingDefault").asText(OFF),
        positive(document.at("/messages/queue/cap"), QUEUED),
        allow.isArray() ? texts(allow) : null,
        texts(either(own.at("/tools/deny"), document.at("/tools/deny"))));
  }

  /** Whether it may use a tool. */
  public boolean allows(String tool) {
    return known && (tools == null || tools.contains(tool)) && !deniedTools.contains(tool);
  }

  /** What is said to whoever asks for one that is not set up. */
  public String unknown() {
    return SessionRules.unknown(agentId);
  }

  /** Where no agent is set up there is one all the same. */
  private static boolean isKnown(JsonNode document, JsonNode own, String agentId) {
    return !own.isEmpty() || SessionRules.of(document).defaultAgent().equals(agentId);
  }

  private static JsonNode entry(JsonNode document, String agentId) {
    for (JsonNode entry : document.at("/agents/list")) {
      if (SessionRules.agentId(entry.path("id").asText()).equals(agentId)) {
        return entry;
      }
    }
    return Json.object();
  }

  private static JsonNode either(JsonNode own, JsonNode otherwise) {
    return own.isMissingNode() ? otherwise : own;
  }

  private static List<ModelName> models(JsonNode model) {
    List<ModelName> models = new ArrayList<>();
    String primary = model.isTextual() ? model.textValue() : model.path("primary").asText("");
    if (!primary.isBlank()) {
      models.add(ModelName.of(primary.strip(), ModelName.BUILT_IN.provider()));
    }
    for (String fallback : texts(model.path("fallbacks"))) {
      models.add(ModelName.of(fallback, ModelName.BUILT_IN.provider()));
    }
    return models.isEmpty() ? List.of(ModelName.BUILT_IN) : models;
  }

  private static int positive(JsonNode number, int otherwise) {
    int value = number.asInt(0);
    return value > 0 ? value : otherwise;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(
        text -> {
          if (!text.asText().isBlank()) {
            texts.add(text.asText().strip());
          }
        });
    return texts;
  }
}
