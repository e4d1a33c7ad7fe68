package dev.krabkrab.gateway.agent.sessions;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code session} of the gateway document. */
public final class SessionSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/sessions";
  }
}
