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

  /** The words of an array, separated by commas. */
  static String join(JsonNode words) {
    List<String> texts = new ArrayList<>();
    words.forEach(word -> texts.add(word.asText()));
    return String.join(",", texts);
  }
}
