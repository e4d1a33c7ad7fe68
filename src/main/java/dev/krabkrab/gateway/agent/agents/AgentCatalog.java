package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code agents.list} of the gateway document, and {@code ui.assistant}. Protocol 04 §14.
 *
 * @param agents in their order; one of them is the default one
 * @param assistant how every agent is shown, where that is set; an empty object otherwise
 */
public record AgentCatalog(List<Agent> agents, JsonNode assistant) {
  private static final List<String> IDENTITY =
      List.of("name", "theme", "emoji", "avatar", "avatarUrl");
  private static final int LONGEST_NAME = 50;
  private static final int LONGEST_AVATAR = 200;

  /**
   * One agent.
   *
   * @param id in its one form
   * @param identity how it is shown; an empty object when nothing is set
   * @param model what it runs on, as {@code provider/model}; null for the default
   */
  public record Agent(
      String id, @Nullable String name, ObjectNode identity, @Nullable String model) {}

  public AgentCatalog {
    agents = List.copyOf(agents);
  }

  /** Reads the document; the default agent is added when the document does not name it. */
  public static AgentCatalog of(JsonNode document) {
    String defaultAgent = SessionRules.of(document).defaultAgent();
    List<Agent> found = new ArrayList<>();
    for (JsonNode entry : document.at("/agents/list")) {
      String id = Json.nonBlank(entry, "id");
      if (id != null) {
        found.add(agent(SessionRules.agentId(id), entry));
      }
    }
    if (found.stream().noneMatch(agent -> agent.id().equals(defaultAgent))) {
      found.addFirst(new Agent(defaultAgent, null, Json.object(), null));
    }
    return new AgentCatalog(found, document.at("/ui/assistant"));
  }

  private static Agent agent(String id, JsonNode entry) {
    ObjectNode identity = Json.object();
    for (String field : IDENTITY) {
      Json.putIfPresent(identity, field, Json.nonBlank(entry.path("identity"), field));
    }
    JsonNode model = entry.path("model");
    String primary =
        model.isTextual() ? Json.nonBlank(entry, "model") : Json.nonBlank(model, "primary");
    return new Agent(id, Json.nonBlank(entry, "name"), identity, primary);
  }

  /**
   * The payload of {@code agents.list}.
   *
   * @param withModels names what each runs on. Protocol 05 §16.1
   */
  ObjectNode toJson(SessionRules rules, boolean withModels) {
    ObjectNode json =
        Json.object()
            .put("defaultId", rules.defaultAgent())
            .put("mainKey", rules.mainKey())
            .put("scope", rules.global() ? "global" : "per-sender");
    List<Agent> ordered = new ArrayList<>(agents);
    ordered.removeIf(agent -> agent.id().equals(rules.defaultAgent()));
    agents.stream()
        .filter(agent -> agent.id().equals(rules.defaultAgent()))
        .findFirst()
        .ifPresent(ordered::addFirst);
    for (Agent agent : ordered) {
      ObjectNode row = json.withArray("agents").addObject().put("id", agent.id());
      Json.putIfPresent(row, "name", agent.name());
      if (!agent.identity().isEmpty()) {
        row.set("identity", agent.identity());
      }
      if (withModels) {
        String model = agent.model() == null ? rules.model().toString() : agent.model();
        row.putObject("model").put("primary", model);
      }
    }
    return json;
  }

  /** The payload of {@code agent.identity.get}. */
  ObjectNode identity(String agentId) {
    JsonNode own =
        agents.stream()
            .filter(agent -> agent.id().equals(agentId))
            .findFirst()
            .<JsonNode>map(Agent::identity)
            .orElseGet(Json::object);
    String name = first("Assistant", Json.nonBlank(assistant, "name"), Json.nonBlank(own, "name"));
    String avatar =
        first(
            "A",
            Json.nonBlank(assistant, "avatar"),
            Json.nonBlank(own, "avatar"),
            Json.nonBlank(own, "emoji"));
    return Json.object()
        .put("agentId", agentId)
        .put("name", cut(name, LONGEST_NAME))
        .put("avatar", cut(avatar, LONGEST_AVATAR));
  }

  private static String first(String otherwise, @Nullable String... texts) {
    for (String text : texts) {
      if (text != null) {
        return text;
      }
    }
    return otherwise;
  }

  private static String cut(String text, int longest) {
    return text.substring(0, text.offsetByCodePoints(0, Math.min(longest, points(text))));
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }
}
