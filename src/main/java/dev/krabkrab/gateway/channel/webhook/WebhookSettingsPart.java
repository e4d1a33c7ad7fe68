package dev.krabkrab.gateway.channel.webhook;

import dev.krabkrab.gateway.platform.settings.SettingsPart;

/** {@code channels.webhook} of the gateway document. */
public final class WebhookSettingsPart implements SettingsPart {
  @Override
  public String folder() {
    return "channel/webhook";
  }
}
