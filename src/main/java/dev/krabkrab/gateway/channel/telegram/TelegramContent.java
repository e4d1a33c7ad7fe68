package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.Said;
import dev.krabkrab.gateway.channel.Said.Quote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a message of Telegram's holds, so that nothing of it gets lost without a word. */
final class TelegramContent {
  private static final int LONGEST_ADDRESS = 2_000;

  /** Fields of a message that hold what people send, with the words for it. */
  private static final List<Map.Entry<String, String>> NOT_TAKEN =
      List.of(
          Map.entry("voice", "voice messages"),
          Map.entry("audio", "sound files"),
          Map.entry("video", "videos"),
          Map.entry("video_note", "video messages"),
          Map.entry("animation", "animations"),
          Map.entry("sticker", "stickers"),
          Map.entry("venue", "places"),
          Map.entry("location", "locations"),
          Map.entry("contact", "contacts"),
          Map.entry("poll", "polls"),
          Map.entry("dice", "dice"),
          Map.entry("game", "games"),
          Map.entry("story", "stories"),
          Map.entry("paid_media", "paid media"),
          Map.entry("invoice", "invoices"),
          Map.entry("checklist", "checklists"),
          Map.entry("giveaway", "giveaways"));

  private TelegramContent() {}

  /** The words, with the addresses of links whose words are others. */
  static String words(JsonNode message) {
    boolean text = message.has("text");
    String words = message.path(text ? "text" : "caption").asText("");
    List<JsonNode> links = new ArrayList<>();
    for (JsonNode entity : message.path(text ? "entities" : "caption_entities")) {
      if (entity.path("type").asText().equals("text_link")) {
        links.add(entity);
      }
    }
    links.sort(Comparator.comparingInt(TelegramContent::end).reversed());
    StringBuilder all = new StringBuilder(words);
    for (JsonNode link : links) {
      String url = link.path("url").asText();
      int end = end(link);
      boolean fits = end > 0 && end <= words.length() && url.length() <= LONGEST_ADDRESS;
      if (fits && !url.isBlank()) {
        all.insert(end, " (" + url.strip() + ")");
      }
    }
    return all.toString();
  }

  private static int end(JsonNode entity) {
    return entity.path("offset").asInt() + entity.path("length").asInt();
  }

  /** What the message answers: the part that was marked, else all of it. */
  static @Nullable Quote quote(JsonNode message) {
    JsonNode answered = message.path("reply_to_message");
    String marked = message.at("/quote/text").asText();
    String text = marked.isBlank() ? words(answered) : marked;
    if (text.isBlank()) {
      String kind = kinds(answered).stream().findFirst().orElse("");
      text = kind.isEmpty() && answered.has("photo") ? "pictures" : kind;
      text = text.isEmpty() ? "" : "(" + text + ")";
    }
    // The first message of a topic is answered by everything in it.
    boolean topic = answered.has("forum_topic_created");
    return text.isBlank() || topic
        ? null
        : new Quote(TelegramUpdates.name(answered.path("from")), text);
  }

  /** Who wrote what is forwarded, with its words, or null for what the sender says. */
  static @Nullable Quote forwarded(JsonNode message, String words) {
    JsonNode origin = message.path("forward_origin");
    if (!origin.isObject() && !message.has("forward_date")) {
      return null;
    }
    String chat = origin.at("/chat/title").asText(origin.at("/sender_chat/title").asText());
    String hidden = origin.path("sender_user_name").asText();
    JsonNode user = origin.path("sender_user");
    String from = user.isObject() ? TelegramUpdates.name(user) : hidden.isBlank() ? chat : hidden;
    return new Quote(from, words);
  }

  /** The file that is a picture, or a missing node. */
  static JsonNode picture(JsonNode message) {
    JsonNode sizes = message.path("photo");
    JsonNode document = message.path("document");
    boolean isPicture =
        !message.has("animation") && Said.picture(document.path("mime_type").asText()) != null;
    return sizes.isEmpty() && isPicture ? document : sizes.path(sizes.size() - 1);
  }

  /** What cannot be taken, in words. */
  static List<String> kinds(JsonNode message) {
    List<String> kinds = new ArrayList<>();
    for (Map.Entry<String, String> kind : NOT_TAKEN) {
      if (message.has(kind.getKey())) {
        kinds.add(kind.getValue());
      }
    }
    if (message.has("venue")) {
      kinds.remove("locations");
    }
    String type = message.at("/document/mime_type").asText();
    boolean other = message.has("document") && !message.has("animation");
    if (other && Said.picture(type) == null) {
      kinds.add(Said.kind(type));
    }
    return kinds;
  }
}
