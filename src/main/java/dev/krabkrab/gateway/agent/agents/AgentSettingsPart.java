package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code agents}, {@code ui.assistant} and {@code messages.queue} of the gateway document. */
public final class AgentSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/agents";
  }
}
