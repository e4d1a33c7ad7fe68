package dev.krabkrab.gateway.agent.heartbeat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code heartbeat} of agents and of their defaults in the gateway document. */
public final class HeartbeatSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/heartbeat";
  }

  @Override
  public void rule(JsonNode document, ArrayNode issues) {
    check(document.at("/agents/defaults/heartbeat"), "agents.defaults.heartbeat", issues);
    int index = 0;
    for (JsonNode agent : document.at("/agents/list")) {
      check(agent.path("heartbeat"), "agents.list." + index++ + ".heartbeat", issues);
    }
  }

  private static void check(JsonNode heartbeat, String path, ArrayNode issues) {
    JsonNode every = heartbeat.path("every");
    if (every.isTextual() && !HeartbeatSettings.isDuration(every.textValue())) {
      issues
          .addObject()
          .put("path", path + ".every")
          .put("message", "Expected a duration such as 30m, 2h or 90s; 0 for never");
    }
  }
}
