package dev.krabkrab.gateway.agent.voice;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.jspecify.annotations.Nullable;

/** The preferences all clients share, one hash in Redis. Fails closed. */
final class SpeechStore {
  private final RedisLink link;

  SpeechStore(RedisLink link) {
    this.link = link;
  }

  /** The choices made; null for each that was not. */
  record Preferences(@Nullable String auto, @Nullable SpeechProvider provider) {}

  Future<Preferences> read() {
    return link.send(Request.cmd(Command.HMGET).arg(key()).arg("auto").arg("provider"))
        .map(
            answer -> {
              String provider = Replies.text(answer.get(1));
              return new Preferences(
                  Replies.text(answer.get(0)),
                  provider == null ? null : SpeechProvider.of(provider).orElse(null));
            });
  }

  Future<Void> auto(String mode) {
    return set("auto", mode);
  }

  Future<Void> provider(SpeechProvider provider) {
    return set("provider", provider.id());
  }

  private Future<Void> set(String field, String value) {
    return link.send(Request.cmd(Command.HSET).arg(key()).arg(field).arg(value)).mapEmpty();
  }

  private String key() {
    return link.settings().key("tts", "preferences");
  }

  /** What stands for a file name on the wire. */
  String path() {
    return "redis:" + link.settings().namespace() + "/tts.json";
  }
}
