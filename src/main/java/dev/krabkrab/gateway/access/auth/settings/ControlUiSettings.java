package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.regex.Pattern;

/**
 * {@code gateway.controlUi} of the gateway document, as far as it says whether and where the
 * console is.
 *
 * @param enabled false takes it away
 * @param basePath what comes before {@code /console/} and {@code /approve/}: empty, or with a slash
 *     at its beginning and none at its end
 */
public record ControlUiSettings(boolean enabled, String basePath) {
  private static final String PATH = "gateway.controlUi";
  private static final String SEGMENT = "[A-Za-z0-9_~-][A-Za-z0-9._~-]*";

  /** With or without slashes at its ends. */
  private static final Pattern BASE =
      Pattern.compile("/?(?:" + SEGMENT + "(?:/" + SEGMENT + ")*/?)?");

  /** Reads the document. */
  public static ControlUiSettings of(JsonNode document) {
    JsonNode ui = document.at("/gateway/controlUi");
    String path = ui.path("basePath").asText("").strip().replaceAll("^/+|/+$", "");
    return new ControlUiSettings(
        ui.path("enabled").asBoolean(true), path.isEmpty() ? "" : "/" + path);
  }

  /** The path of the console's document. */
  public String home() {
    return basePath + "/console/";
  }

  static void check(JsonNode ui, ArrayNode issues) {
    if (!BASE.matcher(ui.path("basePath").asText("").strip()).matches()) {
      new Problem(
              ".basePath",
              "Needs a path like /gw: letters, digits, - . _ ~ between single slashes, no segment"
                  + " that begins with a dot")
          .addTo(issues, PATH);
    }
  }
}
