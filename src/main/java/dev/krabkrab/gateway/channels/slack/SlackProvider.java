package dev.krabkrab.gateway.channels.slack;

import dev.krabkrab.gateway.channels.ChannelAccount;
import dev.krabkrab.gateway.channels.ChannelConnector;
import dev.krabkrab.gateway.channels.ChannelNet;
import dev.krabkrab.gateway.channels.ChannelProvider;
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
  public List<String> secrets() {
    return List.of(BOT_TOKEN, APP_TOKEN);
  }

  @Override
  public ChannelConnector connect(ChannelAccount account, ChannelNet net) {
    return new SlackConnector(account, net);
  }
}
