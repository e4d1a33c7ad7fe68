package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Devices and lists of words, as shown to people. */
final class DeviceText {
  private DeviceText() {}

  /** The label or name a device goes by. */
  static String name(JsonNode device) {
    return device
        .path("label")
        .asText(device.path("displayName").asText(device.path("clientId").asText("")));
  }

  /** The declared commands of a node that could run once it is approved. */
  static String commands(JsonNode device) {
    JsonNode declared = device.path("commands");
    if (declared.isEmpty() || !device.has("allowedCommands")) {
      return "";
    }
    JsonNode allowed = device.path("allowedCommands");
    int refused = declared.size() - allowed.size();
    String text = allowed.isEmpty() ? "nothing" : join(allowed);
    return refused > 0 ? text + " (" + refused + " more are not allowed)" : text;
  }

  /** Who let a device in. */
  static String how(JsonNode device) {
    JsonNode by = device.path("approvedBy");
    String name = by.path("name").asText(by.path("deviceId").asText(""));
    String via = device.path("approvedVia").asText("");
    return switch (via) {
      case "" -> "";
      case "silent" -> "unasked, on this host";
      case "identity" -> "unasked, by its user";
      case "bootstrap" -> name.isEmpty() ? "bootstrap token" : "bootstrap token of " + name;
      default -> name.isEmpty() ? "approved" : "by " + name;
    };
  }

  /** The words of an array, separated by commas. */
  static String join(JsonNode words) {
    List<String> texts = new ArrayList<>();
    words.forEach(word -> texts.add(word.asText()));
    return String.join(",", texts);
  }
}
