package dev.krabkrab.gateway.channel.webhook;

import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.ChannelProvider;
import java.util.List;

/**
 * Other systems: {@code channels.webhook} of the gateway document. Messages go out as signed posts
 * to {@code url}, and come in as such at {@code /channels/webhook/<accountId>}.
 */
public final class WebhookProvider implements ChannelProvider {
  static final String SECRET = "secret";

  @Override
  public String id() {
    return "webhook";
  }

  @Override
  public String label() {
    return "Webhook";
  }

  @Override
  public String detailLabel() {
    return "Signed webhook";
  }

  @Override
  public String systemImage() {
    return "link";
  }

  /** Whoever can sign vouches for the people it names. */
  @Override
  public String dmPolicy() {
    return "open";
  }

  @Override
  public List<String> required() {
    return List.of("url", SECRET);
  }

  @Override
  public List<String> secrets() {
    return List.of(SECRET);
  }

  @Override
  public ChannelConnector connect(ChannelAccount account, ChannelHttp net) {
    return new WebhookConnector(account, net);
  }
}
