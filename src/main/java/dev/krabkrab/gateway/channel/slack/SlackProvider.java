package dev.krabkrab.gateway.channel.slack;

import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.ChannelProvider;
import java.util.List;

/** Apps of Slack in Socket Mode: {@code channels.slack} of the gateway document. */
public final class SlackProvider implements ChannelProvider {
  static final String BOT_TOKEN = "botToken";
  static final String APP_TOKEN = "appToken";

  @Override
  public String id() {
    return "slack";
  }

  @Override
  public String label() {
    return "Slack";
  }

  @Override
  public String detailLabel() {
    return "Slack Bot";
  }

  @Override
  public String systemImage() {
    return "number";
  }

  @Override
  public List<String> required() {
    return List.of(BOT_TOKEN, APP_TOKEN);
  }

  @Override
  public List<String> secrets() {
    return List.of(BOT_TOKEN, APP_TOKEN);
  }

  @Override
  public ChannelConnector connect(ChannelAccount account, ChannelHttp net) {
    return new SlackConnector(account, net);
  }
}
