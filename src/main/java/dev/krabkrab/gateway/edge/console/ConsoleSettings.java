package dev.krabkrab.gateway.edge.console;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * {@code gateway.controlUi} of the gateway document, as far as it says whether and where the
 * console is.
 *
 * @param enabled false takes it away
 * @param basePath what comes before {@code /console/} and {@code /approve/}: empty, or with a slash
 *     at its beginning and none at its end
 */
public record ConsoleSettings(boolean enabled, String basePath) {

  /** Reads the document. */
  public static ConsoleSettings of(JsonNode document) {
    JsonNode ui = document.at("/gateway/controlUi");
    String path = ui.path("basePath").asText("").strip().replaceAll("^/+|/+$", "");
    return new ConsoleSettings(
        ui.path("enabled").asBoolean(true), path.isEmpty() ? "" : "/" + path);
  }

  /** The path of the console's document. */
  public String home() {
    return basePath + "/console/";
  }
}
