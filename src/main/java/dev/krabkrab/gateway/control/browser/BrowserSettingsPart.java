package dev.krabkrab.gateway.control.browser;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code gateway.nodes.browser} of the gateway document. */
public final class BrowserSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "control/browser";
  }
}
