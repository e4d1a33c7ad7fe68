package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code gateway.nodes} of the gateway document. */
public final class NodeSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "control/nodes";
  }
}
