package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.MessageParts;
import dev.krabkrab.gateway.channel.OutboundMessage;
import dev.krabkrab.gateway.channel.SentMessage;
import dev.krabkrab.gateway.channel.TextChunks;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Speaks for one app in one workspace. */
final class SlackConnector implements ChannelConnector {
  private static final int MOST_CHARACTERS = 3_800;

  /** Of a text with buttons below it. */
  private static final int MOST_IN_BLOCK = 2_900;

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
    List<String> texts =
        new ArrayList<>(
            message.text().isBlank()
                ? List.of()
                : TextChunks.of(
                    message.text(), message.buttons().isEmpty() ? MOST_CHARACTERS : MOST_IN_BLOCK));
    if (texts.isEmpty() && !message.media().isEmpty()) {
      texts.add(message.media().getFirst());
    }
    List<Supplier<Future<SentMessage>>> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      ObjectNode params =
          Json.object().put("channel", message.to()).put("text", escaped(texts.get(i)));
      Json.putIfPresent(params, "thread_ts", message.thread());
      if (message.plain()) {
        params.put("mrkdwn", false).put("parse", "none").put("link_names", false);
        params.put("unfurl_links", false).put("unfurl_media", false);
      }
      if (i == texts.size() - 1) {
        pictures(params, message.media());
        buttons(params, texts.get(i), message);
      }
      all.add(() -> api.call("chat.postMessage", params).map(SlackConnector::sent));
    }
    return parts.send(all);
  }

  private static SentMessage sent(ObjectNode answer) {
    return new SentMessage(
        answer.path("ts").asText(), Map.of("channelId", answer.path("channel").asText()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static void pictures(ObjectNode params, List<String> media) {
    ArrayNode all = params.putArray("attachments");
    media.forEach(url -> all.addObject().put("image_url", url).put("fallback", url));
  }

  private static void buttons(ObjectNode params, String text, OutboundMessage message) {
    if (message.buttons().isEmpty()) {
      return;
    }
    ArrayNode blocks = params.putArray("blocks");
    blocks
        .addObject()
        .put("type", "section")
        .putObject("text")
        .put("type", "plain_text")
        .put("emoji", !message.plain())
        .put("text", text);
    ArrayNode row = blocks.addObject().put("type", "actions").putArray("elements");
    for (int i = 0; i < message.buttons().size(); i++) {
      OutboundMessage.Button one = message.buttons().get(i);
      row.addObject()
          .put("type", "button")
          .put("action_id", SlackEvents.ACTION + i)
          .put("value", one.answer())
          .putObject("text")
          .put("type", "plain_text")
          .put("text", one.label());
    }
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
    return new SlackSocket(net, api, events, inbox, status).begin();
  }

  @Override
  public void close() {
    // Connections belong to all accounts.
  }
}
