package dev.krabkrab.gateway.channel.telegram;

import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.ChannelProvider;
import java.util.List;

/** Bots of Telegram: {@code channels.telegram} of the gateway document. */
public final class TelegramProvider implements ChannelProvider {
  static final String TOKEN = "botToken";
  static final String WEBHOOK_SECRET = "webhookSecret";

  @Override
  public String id() {
    return "telegram";
  }

  @Override
  public String label() {
    return "Telegram";
  }

  @Override
  public String detailLabel() {
    return "Telegram Bot";
  }

  @Override
  public String systemImage() {
    return "paperplane";
  }

  @Override
  public String threadWord() {
    return "topic";
  }

  @Override
  public List<String> required() {
    return List.of(TOKEN);
  }

  @Override
  public List<String> secrets() {
    return List.of(TOKEN, WEBHOOK_SECRET);
  }

  @Override
  public ChannelConnector connect(ChannelAccount account, ChannelHttp net) {
    return new TelegramConnector(account, net);
  }
}
