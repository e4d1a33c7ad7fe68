package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.regex.Pattern;

/** Checks what the schema cannot say of {@code gateway.controlUi}. */
final class ControlUiSettings {
  private static final String PATH = "gateway.controlUi";
  private static final String SEGMENT = "[A-Za-z0-9_~-][A-Za-z0-9._~-]*";

  /** With or without slashes at its ends. */
  private static final Pattern BASE =
      Pattern.compile("/?(?:" + SEGMENT + "(?:/" + SEGMENT + ")*/?)?");

  private ControlUiSettings() {}

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
