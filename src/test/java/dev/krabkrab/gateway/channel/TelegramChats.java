package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What becomes of chats of a {@link TelegramServer}: groups move, topics go, markup is not read.
 */
public final class TelegramChats {
  private final Map<String, Long> moved = new ConcurrentHashMap<>();
  private final Map<String, Integer> left = new ConcurrentHashMap<>();
  private final Map<String, String> topics = new ConcurrentHashMap<>();
  private final Set<String> strict = ConcurrentHashMap.newKeySet();

  /** A group becomes a supergroup, without a word. */
  public void move(long from, long to) {
    move(from, to, 0);
  }

  /** The same after so many messages that are still taken. */
  public void move(long from, long to, int after) {
    left.put(Long.toString(from), after);
    moved.put(Long.toString(from), to);
  }

  /** Whoever writes in a topic is refused in so many words. */
  public void closeTopic(long topic, String why) {
    topics.put(Long.toString(topic), why);
  }

  /** No markup is read in a chat any more. */
  public void refuseMarkup(long chat) {
    strict.add(Long.toString(chat));
  }

  /** What is answered instead of sending. */
  Optional<ObjectNode> refusal(ObjectNode call) {
    String chat = call.path("chat_id").asText();
    Long to = moved.get(chat);
    if (to != null && left.merge(chat, -1, Integer::sum) < 0) {
      ObjectNode refusal = bad("group chat was upgraded to a supergroup chat");
      refusal.putObject("parameters").put("migrate_to_chat_id", to);
      return Optional.of(refusal);
    }
    String topic = topics.get(call.path("message_thread_id").asText());
    if (topic != null) {
      return Optional.of(bad(topic));
    }
    return strict.contains(chat) && call.has("parse_mode")
        ? Optional.of(bad("can't parse entities: Unsupported start tag at byte offset 0"))
        : Optional.empty();
  }

  private static ObjectNode bad(String why) {
    return Json.object()
        .put("ok", false)
        .put("error_code", 400)
        .put("description", "Bad Request: " + why);
  }
}
