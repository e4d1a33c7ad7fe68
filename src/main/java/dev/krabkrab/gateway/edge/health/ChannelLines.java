package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Channels in lines that people read. Protocol 03 §2. */
final class ChannelLines {
  private ChannelLines() {}

  /** A line for each account of a {@code channels.status}. */
  static List<String> of(JsonNode status) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> channel : status.path("channelAccounts").properties()) {
      String label = status.path("channelLabels").path(channel.getKey()).asText(channel.getKey());
      for (JsonNode row : channel.getValue()) {
        lines.add(label + " (" + row.path("accountId").asText() + "): " + state(row));
      }
    }
    return lines;
  }

  private static String state(JsonNode row) {
    if (!row.path("enabled").asBoolean(true)) {
      return "off";
    }
    String error = row.path("lastError").asText();
    if (!row.path("configured").asBoolean()) {
      return "not configured" + (error.isEmpty() ? "" : ": " + error);
    }
    boolean up = row.path("connected").asBoolean(row.path("running").asBoolean());
    return up ? "connected" : "not connected" + (error.isEmpty() ? "" : ": " + error);
  }
}
