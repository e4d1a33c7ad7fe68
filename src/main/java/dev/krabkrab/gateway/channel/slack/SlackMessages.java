package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.DeliveryException;
import dev.krabkrab.gateway.channel.MessageParts;
import dev.krabkrab.gateway.channel.OutboundMessage;
import dev.krabkrab.gateway.channel.SentMessage;
import dev.krabkrab.gateway.channel.TextChunks;
import dev.krabkrab.gateway.channel.markup.Piece;
import dev.krabkrab.gateway.channel.markup.Pieces;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One message on its way out: in the parts that Slack takes, and to the channel when its thread is
 * gone.
 */
final class SlackMessages {
  private static final int MOST_CHARACTERS = SlackMrkdwn.MARKUP.most();

  /** Of a text with buttons below it. */
  private static final int MOST_IN_BLOCK = 2_900;

  private static final String THREAD = "thread_ts";

  /** The message that the thread hangs on is gone, or can have no thread. */
  private static final Pattern NO_THREAD =
      Pattern.compile(
          ".*: (?:thread_not_found|cannot_reply_to_message|invalid_thread_ts|message_not_found)\\b.*");

  private final SlackApi api;
  private final OutboundMessage message;
  private boolean threadGone;

  SlackMessages(SlackApi api, OutboundMessage message) {
    this.api = api;
    this.message = message;
  }

  Future<SentMessage> send(MessageParts parts) {
    List<Piece> texts = pieces();
    List<Supplier<Future<SentMessage>>> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      ObjectNode params =
          Json.object().put("channel", message.to()).put("text", texts.get(i).markup());
      Json.putIfPresent(params, THREAD, message.thread());
      if (message.plain()) {
        params.put("mrkdwn", false).put("parse", "none").put("link_names", false);
        params.put("unfurl_links", false).put("unfurl_media", false);
      }
      if (i == texts.size() - 1) {
        pictures(params, message.media());
        buttons(params, texts.get(i).plain(), message);
      }
      all.add(() -> post(params));
    }
    return parts.send(all);
  }

  private List<Piece> pieces() {
    String text =
        message.text().isBlank() && !message.media().isEmpty()
            ? message.media().getFirst()
            : message.text();
    if (text.isBlank()) {
      return List.of();
    }
    if (!message.plain() && message.buttons().isEmpty()) {
      return Pieces.ofMarkdown(text, SlackMrkdwn.MARKUP);
    }
    return TextChunks.of(text, message.buttons().isEmpty() ? MOST_CHARACTERS : MOST_IN_BLOCK)
        .stream()
        .map(part -> new Piece(SlackMrkdwn.escaped(part), part))
        .toList();
  }

  private Future<SentMessage> post(ObjectNode params) {
    if (threadGone) {
      params.remove(THREAD);
    }
    return api.call("chat.postMessage", params)
        .map(SlackMessages::sent)
        .recover(
            why -> {
              if (!params.has(THREAD) || !isWithoutThread(why)) {
                return Future.failedFuture(why);
              }
              threadGone = true;
              return post(params);
            });
  }

  private static boolean isWithoutThread(Throwable why) {
    return why instanceof DeliveryException known
        && !known.isPassing()
        && NO_THREAD.matcher(String.valueOf(why.getMessage())).matches();
  }

  private static SentMessage sent(ObjectNode answer) {
    return new SentMessage(
        answer.path("ts").asText(), Map.of("channelId", answer.path("channel").asText()));
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
}
