package dev.krabkrab.gateway.control.logs;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code logging} of the gateway document. */
public final class LogSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "control/logs";
  }
}
