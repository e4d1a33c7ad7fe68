package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.ChannelConnector.Inbox;
import dev.krabkrab.gateway.channel.InboundMessage;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.channel.InboundMessage.Image;
import dev.krabkrab.gateway.channel.Said;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Understands what Slack tells: messages, mentions, and buttons that were pressed. */
final class SlackEvents {
  /** How the ids of the gateway's own buttons begin. */
  static final String ACTION = "krabkrab-";

  private static final Logger LOG = LoggerFactory.getLogger(SlackEvents.class);

  /** Everything else with a subtype is about messages, not one. */
  private static final Set<String> MESSAGES =
      Set.of("", "file_share", "me_message", "thread_broadcast");

  private final SlackApi api;
  private @Nullable String self;

  SlackEvents(SlackApi api) {
    this.api = api;
  }

  /** Gives the payload of an envelope on, if somebody wrote something. */
  Future<Void> give(String type, JsonNode payload, Inbox inbox) {
    return switch (type) {
      case "events_api" -> event(payload.path("event"), inbox);
      case "interactive" -> pressed(payload, inbox);
      default -> Future.succeededFuture();
    };
  }

  private Future<Void> event(JsonNode event, Inbox inbox) {
    String type = event.path("type").asText();
    boolean written =
        (type.equals("message") || type.equals("app_mention"))
            && MESSAGES.contains(event.path("subtype").asText())
            && !event.hasNonNull("bot_id")
            && Json.nonBlank(event, "user") != null
            && Json.nonBlank(event, "channel") != null;
    return written
        ? me().compose(bot -> read(event, bot)).compose(inbox::take)
        : Future.succeededFuture();
  }

  private Future<String> me() {
    String known = self;
    return known != null
        ? Future.succeededFuture(known)
        : api.call("auth.test", Json.object())
            .map(
                found -> {
                  String id = found.path("user_id").asText();
                  self = id;
                  return id;
                });
  }

  /** A mention arrives twice, by an event of each type: both have the same id. */
  private Future<InboundMessage> read(JsonNode event, String bot) {
    ChatKind kind = kind(event);
    String text = event.path("text").asText();
    Matcher mention = Pattern.compile("<@" + Pattern.quote(bot) + "(?:\\|[^>]*)?>").matcher(text);
    boolean addressed =
        kind == ChatKind.DIRECT
            || event.path("type").asText().equals("app_mention")
            || mention.find();
    String channel = event.path("channel").asText();
    String user = event.path("user").asText();
    String name = Json.nonBlank(event.path("user_profile"), "display_name");
    return said(event, SlackContent.words(mention.replaceAll("")).strip())
        .map(
            said ->
                new InboundMessage(
                    channel + ":" + event.path("ts").asText(),
                    kind,
                    channel,
                    Json.nonBlank(event, "thread_ts"),
                    user,
                    name == null ? user : name,
                    said,
                    addressed,
                    List.of()));
  }

  private static ChatKind kind(JsonNode event) {
    String type = event.path("channel_type").asText();
    return switch (type) {
      case "im" -> ChatKind.DIRECT;
      case "mpim" -> ChatKind.GROUP;
      case "" ->
          event.path("channel").asText().startsWith("D") ? ChatKind.DIRECT : ChatKind.CHANNEL;
      default -> ChatKind.CHANNEL;
    };
  }

  /** A picture that cannot be read is missing. */
  private Future<Said> said(JsonNode event, String words) {
    List<String> missing = new ArrayList<>(SlackContent.kinds(event));
    List<Future<@Nullable Image>> found =
        SlackContent.pictures(event).stream().map(this::image).toList();
    return Future.all(found)
        .map(
            done -> {
              List<Image> images = new ArrayList<>();
              for (int i = 0; i < found.size(); i++) {
                Image image = done.resultAt(i);
                if (image == null) {
                  missing.add(Said.NO_PICTURE);
                } else {
                  images.add(image);
                }
              }
              return new Said(words, images, SlackContent.quote(event), missing);
            });
  }

  private Future<@Nullable Image> image(JsonNode file) {
    String type = String.valueOf(Said.picture(file.path("mimetype").asText()));
    return api.file(file.path("url_private").asText(), Said.MOST_IMAGE_BYTES)
        .<@Nullable Image>map(
            body -> new Image(type, Base64.getEncoder().encodeToString(body.getBytes())))
        .otherwise(
            away -> {
              LOG.warn("a picture is left out: {}", away.getMessage());
              return null;
            });
  }

  private static Future<Void> pressed(JsonNode payload, Inbox inbox) {
    JsonNode action = payload.path("actions").path(0);
    boolean own =
        payload.path("type").asText().equals("block_actions")
            && action.path("action_id").asText().startsWith(ACTION);
    if (!own) {
      return Future.succeededFuture();
    }
    String channel = payload.at("/channel/id").asText();
    String user = payload.at("/user/id").asText();
    return inbox.take(
        new InboundMessage(
            "button:" + channel + ":" + user + ":" + action.path("action_ts").asText(),
            channel.startsWith("D") ? ChatKind.DIRECT : ChatKind.CHANNEL,
            channel,
            Json.nonBlank(payload.path("message"), "thread_ts"),
            user,
            payload.at("/user/name").asText(user),
            Said.of(action.path("value").asText()),
            true,
            List.of()));
  }
}
