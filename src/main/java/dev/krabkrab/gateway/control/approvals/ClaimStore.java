package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.pairing.DeviceRightsService;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approvals as permits to run a command, and which of them one requester holds for one command.
 * Fails closed.
 */
final class ClaimStore {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimStore.class);
  private static final LuaScript CLAIM = LuaScript.load("lua/control/approvals/claim.lua");
  private static final LuaScript INDEX = LuaScript.load("lua/control/approvals/index.lua");

  /** Approvals remembered for one requester and command. */
  private static final int KEPT = 16;

  private final RedisLink link;
  private final RedisSettings settings;
  private final ApprovalStore approvals;
  private final ApprovalPolicyStore policy;
  private final long retentionMs;
  private final DeviceRightsService devices;

  ClaimStore(
      RedisLink link,
      RedisSettings settings,
      ApprovalStore approvals,
      long retentionMs,
      DeviceRightsService devices) {
    this.link = link;
    this.settings = settings;
    this.approvals = approvals;
    this.policy = new ApprovalPolicyStore(link);
    this.retentionMs = retentionMs;
    this.devices = devices;
  }

  /** Enters an approval under its requester and command, for runs that name no approval. */
  void remember(ApprovalRequest requested, Caller caller) {
    ExecPlan plan = requested.plan();
    Set<String> texts = new LinkedHashSet<>(List.of(plan.text()));
    if (plan.knowsArgv()) {
      texts.add(CommandForms.usual(plan.argv()));
    }
    String life = Long.toString(requested.timeoutMs() + retentionMs);
    for (String text : texts) {
      List<String> args = List.of(requested.id(), Integer.toString(KEPT), life);
      link.run(INDEX, List.of(key(caller, text)), args)
          .onFailure(e -> LOG.debug("approval {} not indexed: {}", requested.id(), e.getMessage()));
    }
  }

  /** Ids of the caller's latest approvals for a command, newest first for each way to write it. */
  Future<Set<String>> recent(Caller caller, RunClaim claim) {
    Set<String> texts = new LinkedHashSet<>();
    if (claim.rawCommand() != null) {
      texts.add(claim.rawCommand());
    }
    texts.add(CommandForms.usual(claim.argv()));
    List<Future<Response>> lists = new ArrayList<>();
    for (String text : texts) {
      lists.add(link.send(Request.cmd(Command.LRANGE).arg(key(caller, text)).arg(0).arg(-1)));
    }
    return Future.all(lists)
        .map(
            all -> {
              Set<String> ids = new LinkedHashSet<>();
              all.<Response>list().forEach(list -> ids.addAll(Replies.texts(list)));
              return ids;
            });
  }

  /** Uses an approval for a run. */
  Future<ApprovalCheck> claim(String id, Caller caller, String nodeId, RunClaim claim) {
    List<String> args =
        List.of(
            ApprovalStore.device(caller),
            caller.connId(),
            nodeId,
            claim.textAlone(),
            Json.text(Json.texts(claim.argv())),
            Objects.requireNonNullElse(claim.cwd(), ""),
            EnvSeal.hash(claim.env()),
            Objects.requireNonNullElse(claim.agentId(), ""),
            Objects.requireNonNullElse(claim.sessionKey(), ""),
            claim.systemRunPlan() == null ? "" : Hashes.ofValue(claim.systemRunPlan()),
            claim.textFits() ? "1" : "0",
            Long.toString(caller.grounds().generation()));
    return link.runDurable(CLAIM, List.of(approvals.recordKey(id)), args)
        .compose(
            reply -> {
              if (!reply.get(0).toString().equals("granted")) {
                return Future.succeededFuture(
                    ApprovalCheck.refused(reply.get(1).toString(), reply.get(2).toString()));
              }
              return devices
                  .isNewerThan(nodeId, Role.NODE, Replies.number(reply.get(5)))
                  .compose(newer -> newer ? otherNode() : granted(reply, claim));
            });
  }

  /** What was approved was to run on a node that was removed since. */
  private static Future<ApprovalCheck> otherNode() {
    return Future.succeededFuture(ApprovalCheck.refused("APPROVAL_NODE_MISMATCH", ""));
  }

  private Future<ApprovalCheck> granted(Response reply, RunClaim claim) {
    ObjectNode run = claim.forwarded(reply.get(2).toString());
    String rule = reply.get(3).toString();
    return rule.isEmpty()
        ? once(reply.get(6).toString(), Replies.number(reply.get(7)), run)
        : underRule(rule, reply.get(4).toString().equals("1"), claim, run);
  }

  /** It holds as long as whoever decided could decide it; a rule is taken back by its id. */
  private Future<ApprovalCheck> once(String approver, long atMs, ObjectNode run) {
    Future<Boolean> stands =
        approver.isEmpty()
            ? Future.succeededFuture(true)
            : devices.stoodAt(approver, Role.OPERATOR, atMs);
    return stands.map(
        still ->
            still
                ? new ApprovalCheck.Granted(Decision.ALLOW_ONCE, run)
                : ApprovalCheck.refused(ApprovalCheck.WITHDRAWN, ""));
  }

  /** Like every run: what a node kept of an {@code allow-always} could not be taken back. */
  private Future<ApprovalCheck> underRule(
      String rule, boolean uncounted, RunClaim claim, ObjectNode run) {
    String agent = Objects.requireNonNullElse(claim.agentId(), "");
    return policy
        .read()
        .map(stored -> stored != null && ApprovalPolicy.bars(stored.text(), agent))
        .compose(
            bars -> bars ? Future.succeededFuture(false) : approvals.rules().use(rule, uncounted))
        .map(
            holds ->
                holds
                    ? new ApprovalCheck.Granted(Decision.ALLOW_ONCE, run)
                    : ApprovalCheck.refused(ApprovalCheck.RULE_ENDED, ""));
  }

  private String key(Caller caller, String commandText) {
    return settings.key(
        "appr-by:" + Hashes.sha256(caller.principal() + "\n" + commandText), "recent");
  }
}
