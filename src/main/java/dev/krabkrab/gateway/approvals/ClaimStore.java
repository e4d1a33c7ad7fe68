package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.LuaScript;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.redis.RedisSettings;
import dev.krabkrab.gateway.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approvals as permits to run a command, and which of them one requester holds for one command.
 * Fails closed.
 */
final class ClaimStore {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimStore.class);
  private static final LuaScript CLAIM = LuaScript.load("lua/approvals/claim.lua");
  private static final LuaScript INDEX = LuaScript.load("lua/approvals/index.lua");

  /** Approvals remembered for one requester and command. */
  private static final int KEPT = 16;

  private final RedisLink link;
  private final RedisSettings settings;
  private final ApprovalStore approvals;
  private final long retentionMs;

  ClaimStore(RedisLink link, RedisSettings settings, ApprovalStore approvals, long retentionMs) {
    this.link = link;
    this.settings = settings;
    this.approvals = approvals;
    this.retentionMs = retentionMs;
  }

  /** Enters an approval under its requester and command, for runs that name no approval. */
  void remember(ApprovalRequest asked, Caller caller) {
    List<String> texts = new ArrayList<>(List.of(asked.command()));
    String joined = joined(asked.argv());
    if (!joined.isEmpty() && !joined.equals(asked.command())) {
      texts.add(joined);
    }
    String life = Long.toString(asked.timeoutMs() + retentionMs);
    for (String text : texts) {
      List<String> args = List.of(asked.id(), Integer.toString(KEPT), life);
      link.run(INDEX, List.of(key(caller, text)), args)
          .onFailure(e -> LOG.debug("approval {} not indexed: {}", asked.id(), e.getMessage()));
    }
  }

  /** Ids of the caller's latest approvals for a command, newest first. */
  Future<List<String>> recent(Caller caller, String commandText) {
    Request request = Request.cmd(Command.LRANGE).arg(key(caller, commandText)).arg(0).arg(-1);
    return link.send(request).map(Replies::texts);
  }

  /** Uses an approval for a run; returns {@code granted} or the code of the refusal. */
  Future<String> claim(
      String id, Caller caller, String nodeId, String commandText, List<String> argv) {
    List<String> args =
        List.of(
            ApprovalStore.device(caller),
            caller.connId(),
            nodeId,
            commandText,
            Json.text(Json.texts(argv)));
    return link.runDurable(CLAIM, List.of(approvals.recordKey(id)), args)
        .map(reply -> reply.toString());
  }

  private String key(Caller caller, String commandText) {
    return settings.key(
        "appr-by:" + Hashes.sha256(caller.principal() + "\n" + commandText), "recent");
  }

  private static String joined(String argv) {
    JsonNode words = argv.isEmpty() ? null : Json.tryParse(argv);
    if (words == null) {
      return "";
    }
    List<String> texts = new ArrayList<>();
    words.forEach(word -> texts.add(word.asText()));
    return String.join(" ", texts);
  }
}
