package dev.krabkrab.gateway.agent.heartbeat;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code heartbeat} of agents and of their defaults in the gateway document. */
public final class HeartbeatSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/heartbeat";
  }
}
