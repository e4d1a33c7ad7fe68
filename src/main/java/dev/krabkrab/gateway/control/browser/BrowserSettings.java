package dev.krabkrab.gateway.control.browser;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * {@code gateway.nodes.browser} of the gateway document. Protocol 03 §27.
 *
 * @param mode {@code auto} takes the only node that can, {@code manual} the configured one, {@code
 *     off} none
 * @param node which node, or an empty text
 */
public record BrowserSettings(String mode, String node) {
  static final String OFF = "off";
  static final String MANUAL = "manual";

  /** Reads the document. */
  public static BrowserSettings of(JsonNode document) {
    JsonNode browser = document.at("/gateway/nodes/browser");
    return new BrowserSettings(
        browser.path("mode").asText("auto"), browser.path("node").asText("").strip());
  }
}
