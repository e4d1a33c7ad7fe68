package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;

/**
 * Who may connect without a verified device. All false by default. Protocol 02 §9.
 *
 * @param allowTokenWithoutDevice {@code gateway.auth.allowTokenWithoutDevice}
 * @param uiAllowInsecureAuth {@code gateway.controlUi.allowInsecureAuth}
 * @param uiDisableDeviceAuth {@code gateway.controlUi.dangerouslyDisableDeviceAuth}
 */
public record DevicelessSettings(
    boolean allowTokenWithoutDevice, boolean uiAllowInsecureAuth, boolean uiDisableDeviceAuth) {

  /** Reads the document. */
  public static DevicelessSettings of(JsonNode document) {
    JsonNode ui = document.at("/gateway/controlUi");
    return new DevicelessSettings(
        DocumentValues.flag(document.at("/gateway/auth"), "allowTokenWithoutDevice", false),
        DocumentValues.flag(ui, "allowInsecureAuth", false),
        DocumentValues.flag(ui, "dangerouslyDisableDeviceAuth", false));
  }
}
