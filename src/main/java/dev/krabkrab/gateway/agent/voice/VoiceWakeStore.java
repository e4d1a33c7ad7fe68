package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;

/** The wake words in Redis, one key. Fails closed. */
final class VoiceWakeStore {
  private final RedisLink link;

  VoiceWakeStore(RedisLink link) {
    this.link = link;
  }

  /** Reads the words; none when they were never set. */
  Future<List<String>> read() {
    return link.send(Request.cmd(Command.GET).arg(key()))
        .map(
            answer -> {
              List<String> words = new ArrayList<>();
              String stored = Replies.text(answer);
              JsonNode list = stored == null ? null : Json.tryParse(stored);
              if (list != null) {
                list.forEach(word -> words.add(word.asText()));
              }
              return List.copyOf(words);
            });
  }

  Future<Void> write(List<String> words) {
    String text = Json.text(Json.texts(words));
    return link.send(Request.cmd(Command.SET).arg(key()).arg(text)).mapEmpty();
  }

  private String key() {
    return link.settings().key("voicewake", "triggers");
  }
}
