package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/**
 * What the gateway document says of all channels: who answers whom, and where approvals are sent.
 */
public final class ChannelSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "channel";
  }
}
