package dev.krabkrab.gateway.agent.cron;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code cron} of the gateway document. */
public final class CronSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "agent/cron";
  }
}
