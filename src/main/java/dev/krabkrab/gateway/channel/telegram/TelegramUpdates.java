package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.channel.ChannelConnector.Inbox;
import dev.krabkrab.gateway.channel.DeliveryException;
import dev.krabkrab.gateway.channel.InboundMessage;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.channel.InboundMessage.Image;
import dev.krabkrab.gateway.channel.Said;
import dev.krabkrab.gateway.channel.Said.Quote;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Understands what the Bot API tells: messages, and buttons that were pressed. */
final class TelegramUpdates {
  private static final Logger LOG = LoggerFactory.getLogger(TelegramUpdates.class);

  private final TelegramApi api;
  private @Nullable Bot bot;

  /** The bot itself. */
  private record Bot(long id, Pattern mention) {
    /** Names are of letters of ASCII; a longer name is another one's. */
    static Bot of(JsonNode me) {
      String name = me.path("username").asText();
      String mention = name.isEmpty() ? "(?!)" : "@" + Pattern.quote(name) + "(?![A-Za-z0-9_])";
      return new Bot(me.path("id").asLong(), Pattern.compile(mention, Pattern.CASE_INSENSITIVE));
    }
  }

  TelegramUpdates(TelegramApi api) {
    this.api = api;
  }

  /** The kinds of updates that are understood. */
  static ArrayNode wanted() {
    return Json.texts(List.of("message", "callback_query"));
  }

  /** Gives an update on, if somebody wrote something. */
  Future<Void> give(JsonNode update, Inbox inbox) {
    JsonNode message = update.path("message");
    JsonNode pressed = update.path("callback_query");
    if (pressed.isObject()) {
      return inbox
          .take(pressed(pressed))
          .onSuccess(
              taken ->
                  api.call(
                          "answerCallbackQuery",
                          Json.object().put("callback_query_id", pressed.path("id").asText()))
                      .onFailure(e -> LOG.debug("{}", e.getMessage())));
    }
    String from = message.path("migrate_from_chat_id").asText();
    String to = message.path("migrate_to_chat_id").asText();
    if (!from.isEmpty() || !to.isEmpty()) {
      String here = message.at("/chat/id").asText();
      return from.isEmpty() ? inbox.moved(here, to) : inbox.moved(from, here);
    }
    boolean written =
        message.at("/from/id").isNumber()
            && !message.at("/from/is_bot").asBoolean()
            && message.at("/chat/id").isNumber();
    return written
        ? me().compose(self -> read(message, self)).compose(inbox::take)
        : Future.succeededFuture();
  }

  private Future<Bot> me() {
    Bot known = bot;
    return known != null
        ? Future.succeededFuture(known)
        : api.call("getMe", Json.object())
            .map(
                me -> {
                  Bot found = Bot.of(me);
                  bot = found;
                  return found;
                });
  }

  private static InboundMessage pressed(JsonNode pressed) {
    JsonNode message = pressed.path("message");
    return new InboundMessage(
        "button:" + pressed.path("id").asText(),
        kind(message),
        message.at("/chat/id").asText(),
        thread(message),
        pressed.at("/from/id").asText(),
        name(pressed.path("from")),
        Said.of(pressed.path("data").asText()),
        true,
        List.of());
  }

  private Future<InboundMessage> read(JsonNode message, Bot self) {
    String text =
        TelegramAlbums.messages(message).stream()
            .map(TelegramContent::words)
            .filter(words -> !words.isBlank())
            .collect(Collectors.joining("\n"));
    Matcher mention = self.mention().matcher(text);
    boolean mentioned = mention.find();
    boolean addressed =
        kind(message) == ChatKind.DIRECT
            || mentioned
            || message.at("/reply_to_message/from/id").asLong() == self.id();
    String said = mentioned ? mention.replaceFirst("").strip() : text;
    return said(message, said)
        .map(
            content ->
                new InboundMessage(
                    message.at("/chat/id").asText() + ":" + message.path("message_id").asText(),
                    kind(message),
                    message.at("/chat/id").asText(),
                    thread(message),
                    message.at("/from/id").asText(),
                    name(message.path("from")),
                    content,
                    addressed,
                    List.of()));
  }

  /** What one message holds; what is forwarded is somebody else's, and never a command. */
  private Future<Said> said(JsonNode message, String words) {
    List<JsonNode> parts = TelegramAlbums.messages(message);
    List<String> missing = new ArrayList<>();
    parts.forEach(part -> missing.addAll(TelegramContent.kinds(part)));
    Quote forwarded = TelegramContent.forwarded(message, words);
    Quote quote = forwarded == null ? TelegramContent.quote(message) : forwarded;
    String own = forwarded == null ? words : "";
    return images(parts.iterator(), new ArrayList<>(), missing)
        .map(images -> new Said(own, images, quote, missing));
  }

  /** The largest form of each picture; what cannot be read is missing. One after the other. */
  private Future<List<Image>> images(
      Iterator<JsonNode> parts, List<Image> images, List<String> missing) {
    if (!parts.hasNext()) {
      return Future.succeededFuture(images);
    }
    JsonNode picture = TelegramContent.picture(parts.next());
    if (!picture.isObject()) {
      return images(parts, images, missing);
    }
    return image(picture, roomAfter(images))
        .onSuccess(images::add)
        .otherwise(
            away -> {
              LOG.warn("a picture is left out: {}", away.getMessage());
              missing.add(Said.NO_PICTURE);
              return null;
            })
        .compose(next -> images(parts, images, missing));
  }

  /** All pictures of a message together are as large as two may be. */
  private static int roomAfter(List<Image> images) {
    long held = images.stream().mapToLong(image -> image.data().length() * 3L / 4).sum();
    return Math.clamp(2L * Said.MOST_IMAGE_BYTES - held, 0, Said.MOST_IMAGE_BYTES);
  }

  private Future<Image> image(JsonNode picture, int room) {
    if (room == 0 || picture.path("file_size").asLong() > room) {
      return Future.failedFuture(DeliveryException.refused("it is too large"));
    }
    String type = Said.picture(picture.path("mime_type").asText("image/jpeg"));
    return api.call("getFile", Json.object().put("file_id", picture.path("file_id").asText()))
        .compose(file -> api.file(file.path("file_path").asText(), room))
        .map(
            content ->
                new Image(
                    String.valueOf(type), Base64.getEncoder().encodeToString(content.getBytes())));
  }

  private static ChatKind kind(JsonNode message) {
    return message.at("/chat/type").asText().equals("private") ? ChatKind.DIRECT : ChatKind.GROUP;
  }

  private static @Nullable String thread(JsonNode message) {
    return message.path("is_topic_message").asBoolean()
        ? message.path("message_thread_id").asText()
        : null;
  }

  static String name(JsonNode from) {
    String name =
        (from.path("first_name").asText() + " " + from.path("last_name").asText()).strip();
    return name.isEmpty() ? from.path("username").asText(from.path("id").asText()) : name;
  }
}
