package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/** The document itself: its stamp, the names of all sections, and what belongs to no feature. */
public final class DocumentSettingsPart implements SettingsPart {
  private static final List<String> TRANSPORTS = List.of("ssh", "direct");

  @Override
  public String folder() {
    return "platform/settings";
  }

  @Override
  public void rule(JsonNode document, ArrayNode issues) {
    String transport = document.at("/gateway/remote/transport").asText("");
    if (!transport.isEmpty() && !TRANSPORTS.contains(transport)) {
      issues
          .addObject()
          .put("path", "gateway.remote.transport")
          .put("message", "Invalid option: expected one of \"ssh\"|\"direct\"");
    }
  }

  @Override
  public void warn(JsonNode document, ArrayNode warnings) {
    if (document.at("/gateway/mode").asText().equals("remote")) {
      warnings
          .addObject()
          .put("path", "gateway.mode")
          .put("message", SettingsWarnings.NO_EFFECT + ": this is a gateway, whatever stands here");
    }
    if (document.at("/gateway/reload/mode").asText().equals("restart")) {
      warnings
          .addObject()
          .put("path", "gateway.reload.mode")
          .put("message", SettingsWarnings.NO_EFFECT + ": nothing restarts for a change");
    }
  }
}
