package dev.krabkrab.gateway.channel.telegram;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code channels.telegram} of the gateway document. */
public final class TelegramSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "channel/telegram";
  }
}
