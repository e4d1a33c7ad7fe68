package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Optional;

/** Sessions by the ids of their responses, in Redis, each for its time. Fails closed. */
final class ResponseStore {
  private static final long TTL_MS = 30 * 24 * 3_600_000L;

  private final RedisLink link;

  ResponseStore(RedisLink link) {
    this.link = link;
  }

  Future<Void> keep(String id, String sessionKey) {
    return link.send(Request.cmd(Command.SET).arg(key(id)).arg(sessionKey).arg("PX").arg(TTL_MS))
        .mapEmpty();
  }

  Future<Optional<String>> find(String id) {
    return link.send(Request.cmd(Command.GET).arg(key(id)))
        .map(reply -> Optional.ofNullable(Replies.text(reply)));
  }

  private String key(String id) {
    return link.settings().key("response", id);
  }
}
