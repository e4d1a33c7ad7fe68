package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.SettingsPart;
import java.util.List;
import java.util.Map;

/** {@code tools} of the gateway document and of its agents. */
public final class ToolSettingsPart implements SettingsPart {
  /** The names of all tools of {@link ToolService}. */
  static final List<String> NAMES =
      List.of(
          "camera",
          "canvas",
          "cron_add",
          "cron_list",
          "cron_remove",
          "exec",
          "http_fetch",
          "location",
          "nodes_list",
          "notify",
          "screen",
          "sessions_history",
          "sessions_list",
          "sessions_send",
          "skills");

  @Override
  public String folder() {
    return "agent/tools";
  }

  @Override
  public Map<String, Reference> references(JsonNode document) {
    return Map.of(
        "tool",
        name ->
            NAMES.contains(name)
                ? ""
                : "names the tool \""
                    + name
                    + "\", which there is none of; there is "
                    + String.join(", ", NAMES));
  }
}
