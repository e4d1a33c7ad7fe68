package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures that are sent together, which the Bot API tells as one update for each. The updates of
 * one album become one, whose message has the others in {@code album}. For one context.
 */
final class TelegramAlbums {
  /** Time for the rest of an album to come, in milliseconds. */
  static final long REST_MS = 700;

  /** Rests for one answer: whoever sends albums all the time holds nobody up. */
  private static final int MOST_RESTS = 3;

  private static final String ALBUM = "album";

  private long last;
  private int rests;

  /** Whether the last update is part of an album of which there may be more. */
  boolean mayGrow(JsonNode found) {
    JsonNode update = found.path(found.size() - 1);
    long id = update.path("update_id").asLong();
    boolean grows = !key(update).isEmpty() && id != last && rests < MOST_RESTS;
    rests = grows ? rests + 1 : 0;
    last = grows ? id : 0;
    return grows;
  }

  /** The updates with those of one album joined; the id is that of its last. */
  static List<JsonNode> joined(JsonNode found) {
    List<JsonNode> joined = new ArrayList<>();
    String open = "";
    for (JsonNode update : found) {
      String key = key(update);
      if (key.isEmpty() || !key.equals(open)) {
        joined.add(key.isEmpty() ? update : update.deepCopy());
      } else {
        ObjectNode first = (ObjectNode) joined.getLast();
        ((ObjectNode) first.path("message")).withArrayProperty(ALBUM).add(update.path("message"));
        first.set("update_id", update.path("update_id"));
      }
      open = key;
    }
    return joined;
  }

  /** The messages of an album, or the message alone. */
  static List<JsonNode> messages(JsonNode message) {
    List<JsonNode> messages = new ArrayList<>();
    messages.add(message);
    message.path(ALBUM).forEach(messages::add);
    return messages;
  }

  /** What the parts of an album have in common: one person's in one chat. */
  private static String key(JsonNode update) {
    JsonNode message = update.path("message");
    String album = message.path("media_group_id").asText();
    return album.isEmpty() || !message.isObject()
        ? ""
        : message.at("/chat/id").asText() + " " + message.at("/from/id").asText() + " " + album;
  }
}
