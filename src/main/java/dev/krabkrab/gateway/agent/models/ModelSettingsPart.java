package dev.krabkrab.gateway.agent.models;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code models} of the gateway document. */
public final class ModelSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/models";
  }
}
