package dev.krabkrab.gateway.channel.slack;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code channels.slack} of the gateway document. */
public final class SlackSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "channel/slack";
  }
}
