package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The approval policy document in Redis: its text and the hash of it. Fails closed. */
final class ApprovalPolicyStore {
  private static final LuaScript WRITE = LuaScript.load("lua/control/approvals/policy-write.lua");

  private final RedisLink link;
  private final String key;

  ApprovalPolicyStore(RedisLink link) {
    this.link = link;
    this.key = link.settings().key("exec-approvals", "document");
  }

  /**
   * A stored document.
   *
   * @param hash SHA-256 of the text in lower-case hex
   */
  record Stored(String text, String hash) {}

  Future<@Nullable Stored> read() {
    return link.send(Request.cmd(Command.HMGET).arg(key).arg("text").arg("hash"))
        .map(
            reply -> {
              String text = Replies.text(reply.get(0));
              String hash = Replies.text(reply.get(1));
              return text == null || hash == null ? null : new Stored(text, hash);
            });
  }

  /**
   * Replaces the document if it still has the expected hash, blank when there must be none.
   *
   * @return what is stored now: the new document only when this writer won
   */
  Future<Stored> replace(String expectedHash, String text) {
    List<String> args = List.of(expectedHash, text, Hashes.sha256(text));
    return link.runDurable(WRITE, List.of(key), args)
        .map(reply -> new Stored(reply.get(1).toString(), reply.get(2).toString()));
  }
}
