package dev.krabkrab.gateway.agent.wizard;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code wizard} of the gateway document. */
public final class WizardSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/wizard";
  }
}
