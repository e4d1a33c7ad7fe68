package dev.krabkrab.gateway.agent.skills;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code skills} of the gateway document. */
public final class SkillSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/skills";
  }
}
