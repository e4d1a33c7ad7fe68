package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.settings.SettingsPart;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code agents}, {@code ui.assistant} and {@code messages.queue} of the gateway document. */
public final class AgentSettingsPart implements SettingsPart {
  private static final String KEY = "agent:";

  @Override
  public String folder() {
    return "agent/agents";
  }

  /** Of two agents of one id only the first would ever answer. */
  @Override
  public void rule(JsonNode document, ArrayNode issues) {
    Set<String> ids = new HashSet<>();
    int index = 0;
    for (JsonNode entry : document.at("/agents/list")) {
      String id = Json.nonBlank(entry, "id");
      String path = "agents.list." + index++ + ".id";
      if (id == null) {
        issues.addObject().put("path", path).put("message", "Every agent needs an id");
      } else if (!ids.add(SessionRules.agentId(id))) {
        issues.addObject().put("path", path).put("message", "Another agent has this id");
      }
    }
  }

  @Override
  public void warn(JsonNode document, ArrayNode warnings) {
    boolean chosen = false;
    int index = 0;
    for (JsonNode entry : document.at("/agents/list")) {
      boolean isDefault = entry.path("default").asBoolean();
      if (isDefault && chosen) {
        warnings
            .addObject()
            .put("path", "agents.list." + index + ".default")
            .put("message", "has no effect: an agent before it is the default");
      }
      chosen |= isDefault;
      index++;
    }
  }

  @Override
  public Map<String, Reference> references(JsonNode document) {
    List<String> ids =
        AgentCatalog.of(document).agents().stream().map(AgentCatalog.Agent::id).distinct().toList();
    return Map.of(
        "agent",
        text -> text.equals("*") ? "" : agent(ids, text),
        "session",
        text -> {
          String[] parts = text.split(":", 3);
          return text.startsWith(KEY) && parts.length == 3 ? agent(ids, parts[1]) : "";
        });
  }

  private static String agent(List<String> ids, String text) {
    return ids.contains(SessionRules.agentId(text))
        ? ""
        : "names the agent \""
            + text
            + "\", which is not set up; there is "
            + String.join(", ", ids);
  }
}
