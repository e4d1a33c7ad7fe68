package dev.krabkrab.gateway.agent.tools;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code tools} of the gateway document and of its agents. */
public final class ToolSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/tools";
  }
}
