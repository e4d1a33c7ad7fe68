package dev.krabkrab.gateway.agent.media;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Files in Redis, within a bound for all of them; the oldest give way. Fails closed. */
final class MediaStore {
  private static final LuaScript KEEP = LuaScript.load("lua/agent/media/keep.lua");

  /** Of all files, in bytes as they are kept. */
  private static final long MOST_BYTES = 64L * 1024 * 1024;

  private final RedisLink link;

  MediaStore(RedisLink link) {
    this.link = link;
  }

  Future<Void> keep(String name, MediaFile file, long lifeMs) {
    String text =
        file.type() + "\n" + Base64.getEncoder().encodeToString(file.content().getBytes());
    return link.run(
            KEEP,
            List.of(link.settings().key("media", "")),
            List.of(name, text, Long.toString(lifeMs), Long.toString(MOST_BYTES)))
        .mapEmpty();
  }

  Future<Optional<MediaFile>> find(String name) {
    return link.send(Request.cmd(Command.GET).arg(link.settings().key("media", "file:" + name)))
        .map(answer -> Optional.ofNullable(Replies.text(answer)).map(MediaStore::file));
  }

  private static MediaFile file(String text) {
    int line = text.indexOf('\n');
    byte[] content = Base64.getDecoder().decode(text.substring(line + 1));
    return new MediaFile(text.substring(0, line), Buffer.buffer(content));
  }
}
