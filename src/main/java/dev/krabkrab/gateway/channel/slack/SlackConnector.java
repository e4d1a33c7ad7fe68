package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.MessageParts;
import dev.krabkrab.gateway.channel.OutboundMessage;
import dev.krabkrab.gateway.channel.SentMessage;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.regex.Pattern;

/** Speaks for one app in one workspace. */
final class SlackConnector implements ChannelConnector {
  private static final Pattern TARGET =
      Pattern.compile("[CGDUW][A-Z0-9]{5,24}|#[\\p{Ll}\\p{N}_-]{1,80}");

  private final ChannelHttp net;
  private final SlackApi api;
  private final SlackEvents events;

  SlackConnector(ChannelAccount account, ChannelHttp net) {
    this.net = net;
    this.api = new SlackApi(account, net);
    this.events = new SlackEvents(api);
  }

  @Override
  public String target(String to) {
    String target = to.strip().replaceFirst("^slack:", "").replaceFirst("^(?:channel|user):", "");
    if (!TARGET.matcher(target).matches()) {
      throw new IllegalArgumentException(
          "Delivering to Slack requires to: a channel or user id such as C0123456789, or #name");
    }
    return target;
  }

  @Override
  public Future<SentMessage> send(OutboundMessage message, MessageParts parts) {
    return new SlackMessages(api, message).send(parts);
  }

  @Override
  public Future<ObjectNode> probe() {
    return api.call("auth.test", Json.object())
        .map(
            found -> {
              ObjectNode json = Json.object();
              json.putObject("bot")
                  .put("id", found.path("user_id").asText())
                  .put("name", found.path("user").asText());
              json.putObject("team")
                  .put("id", found.path("team_id").asText())
                  .put("name", found.path("team").asText());
              return json;
            });
  }

  @Override
  public boolean listens() {
    return true;
  }

  @Override
  public Listening listen(Inbox inbox, ListenerStatus status) {
    return new SlackSocket(net, api, events, inbox, status, SlackSocket.PING_MS).begin();
  }

  @Override
  public void close() {
    // Connections belong to all accounts.
  }
}
