package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Set;

/** Which instances have approvers connected. A hint: it only says whether anybody may answer. */
final class ApproverStore {
  private final RedisLink link;
  private final String key;

  ApproverStore(RedisLink link, RedisSettings settings) {
    this.link = link;
    this.key = settings.key("approvers", "instances");
  }

  Future<Void> present(String instance) {
    return link.send(Request.cmd(Command.SADD).arg(key).arg(instance)).mapEmpty();
  }

  Future<Void> absent(String instance) {
    return link.send(Request.cmd(Command.SREM).arg(key).arg(instance)).mapEmpty();
  }

  Future<Set<String>> instances() {
    return link.send(Request.cmd(Command.SMEMBERS).arg(key))
        .map(reply -> Set.copyOf(Replies.texts(reply)));
  }
}
