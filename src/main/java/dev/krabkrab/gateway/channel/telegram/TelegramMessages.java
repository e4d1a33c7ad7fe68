package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.MessageParts;
import dev.krabkrab.gateway.channel.OutboundMessage;
import dev.krabkrab.gateway.channel.OutboundMessage.Button;
import dev.krabkrab.gateway.channel.SentMessage;
import dev.krabkrab.gateway.channel.TextChunks;
import dev.krabkrab.gateway.channel.markup.Piece;
import dev.krabkrab.gateway.channel.markup.Pieces;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way out: in the parts that Telegram takes, and to the chat when its topic is
 * gone.
 */
final class TelegramMessages {
  private static final int MOST_CHARACTERS = TelegramHtml.MARKUP.most();
  private static final int MOST_BUTTON_BYTES = 64;
  private static final String TOPIC = "message_thread_id";
  private static final Pattern PICTURE =
      Pattern.compile("(?i)[^?#]*\\.(?:jpe?g|png|gif|webp)(?:[?#].*)?");

  private final TelegramApi api;
  private final OutboundMessage message;
  private boolean topicGone;

  TelegramMessages(TelegramApi api, OutboundMessage message) {
    this.api = api;
    this.message = message;
  }

  Future<SentMessage> send(MessageParts parts) {
    List<Supplier<Future<SentMessage>>> all = new ArrayList<>();
    List<Piece> texts = pieces();
    for (int i = 0; i < texts.size(); i++) {
      Piece piece = texts.get(i);
      ObjectNode params = to().put("text", piece.markup());
      params.putObject("link_preview_options").put("is_disabled", true);
      if (message.plain()) {
        asItIs(params, piece.plain());
      } else {
        params.put("parse_mode", "HTML");
      }
      if (i == texts.size() - 1) {
        buttons(params, message.buttons());
      }
      all.add(() -> call("sendMessage", params, message.plain() ? null : piece.plain()));
    }
    for (String url : message.media()) {
      boolean picture = PICTURE.matcher(url).matches();
      ObjectNode params = to().put(picture ? "photo" : "document", url);
      all.add(() -> call(picture ? "sendPhoto" : "sendDocument", params, null));
    }
    return parts.send(all);
  }

  private List<Piece> pieces() {
    if (message.text().isBlank()) {
      return List.of();
    }
    return message.plain()
        ? TextChunks.of(message.text(), MOST_CHARACTERS).stream()
            .map(text -> new Piece(text, text))
            .toList()
        : Pieces.ofMarkdown(message.text(), TelegramHtml.MARKUP);
  }

  /** Within preformatted text Telegram looks for no links, mentions and commands. */
  private static void asItIs(ObjectNode params, String text) {
    params
        .putArray("entities")
        .addObject()
        .put("type", "pre")
        .put("offset", 0)
        .put("length", text.length());
  }

  /**
   * @param plain the text without markup, for a Telegram that does not take the markup
   */
  private Future<SentMessage> call(String method, ObjectNode params, @Nullable String plain) {
    if (topicGone) {
      params.remove(TOPIC);
    }
    return api.call(method, params)
        .map(TelegramMessages::sent)
        .recover(
            why -> {
              if (params.has(TOPIC) && TelegramRefusal.isWithoutTopic(why)) {
                topicGone = true;
                return call(method, params, plain);
              }
              if (plain != null && TelegramRefusal.isOfMarkup(why)) {
                params.remove("parse_mode");
                return call(method, params.put("text", plain), null);
              }
              return Future.failedFuture(why);
            });
  }

  private static SentMessage sent(JsonNode result) {
    return new SentMessage(
        result.path("message_id").asText(), Map.of("chatId", result.at("/chat/id").asText()));
  }

  private ObjectNode to() {
    ObjectNode params = Json.object().put("chat_id", message.to());
    String topic = message.thread();
    if (topic != null && topic.matches("\\d{1,18}")) {
      params.put(TOPIC, Long.parseLong(topic));
    }
    return params;
  }

  /** Those who read the text know the command; buttons are a convenience, where they fit. */
  private static void buttons(ObjectNode params, List<Button> buttons) {
    boolean fit =
        buttons.stream()
            .allMatch(
                one -> one.answer().getBytes(StandardCharsets.UTF_8).length <= MOST_BUTTON_BYTES);
    if (fit && !buttons.isEmpty()) {
      ArrayNode row = params.putObject("reply_markup").putArray("inline_keyboard").addArray();
      buttons.forEach(
          one -> row.addObject().put("text", one.label()).put("callback_data", one.answer()));
    }
  }
}
