package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.control.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.control.approvals.ApprovalStore.Opening;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The requester's side: opens an approval, or takes the requester back to the one it lost its
 * connection to. Protocol 02 §2.1, §16 (E2, E5); 05 §13.1.
 */
final class ApprovalRequests {
  /** Times a re-attachment is tried while the record changes under it. */
  private static final int ATTEMPTS = 3;

  private static final String ALREADY_PENDING = "approval id already pending";

  private final ApprovalStore store;
  private final ClaimStore claims;
  private final PendingPerDevice perDevice;
  private final Waiters waiters;
  private final ApprovalWaits waits;
  private final ApprovalReconciler watch;
  private final Approvers approvers;
  private final RuleService rules;
  private final Ids ids;
  private final ApprovalSettings settings;
  private final ApprovalMetrics metrics;
  private final AuditTrail audit;

  /**
   * Who may answer a request.
   *
   * @param rules answer for people who decided so once
   * @param approvers are connected somewhere in the cluster
   */
  record Deciders(RuleService rules, Approvers approvers) {}

  /**
   * What is made of each request.
   *
   * @param ids name approvals whose caller did not
   */
  record Instruments(Ids ids, ApprovalMetrics metrics, AuditTrail audit) {}

  ApprovalRequests(
      ApprovalStores stores,
      LocalApprovals local,
      ApprovalReconciler watch,
      Deciders deciders,
      ApprovalSettings settings,
      Instruments with) {
    this.store = stores.approvals();
    this.claims = stores.claims();
    this.perDevice = local.perDevice();
    this.waiters = local.waiters();
    this.waits = local.waits();
    this.watch = watch;
    this.rules = deciders.rules();
    this.approvers = deciders.approvers();
    this.settings = settings;
    this.ids = with.ids();
    this.metrics = with.metrics();
    this.audit = with.audit();
  }

  /**
   * One request on its way.
   *
   * @param rule that answers it, or null
   * @param reachable whether anybody could decide; taken as true when nobody wants to know
   */
  private record Asking(
      Call call, ApprovalRequest requested, @Nullable Rule rule, boolean reachable) {}

  Future<JsonText> request(Call call) {
    ApprovalRequest requested = ApprovalRequest.of(call, ids);
    return waiters.admit(
        call.caller().connId(),
        () ->
            rules
                .match(requested)
                .compose(
                    rule ->
                        rule == null
                            ? requestDecision(call, requested)
                            : open(new Asking(call, requested, rule, true), ATTEMPTS)));
  }

  private Future<JsonText> requestDecision(Call call, ApprovalRequest requested) {
    boolean failFast = requested.needsRoute() || settings.failWithoutRoute();
    Future<Boolean> reachable =
        failFast || requested.twoPhase()
            ? approvers.canReach(call.caller())
            : Future.succeededFuture(true);
    return reachable.compose(
        reached -> {
          if (!reached) {
            metrics.withoutRoute();
          }
          Asking asking = new Asking(call, requested, null, reached);
          return failFast && !reached ? withoutRoute(asking) : open(asking, ATTEMPTS);
        });
  }

  Future<JsonText> waitDecision(Call call) {
    String id = call.params().get("id").asText();
    return waiters.admit(
        call.caller().connId(),
        () ->
            store
                .look(id)
                .compose(
                    record -> {
                      if (record == null || !mayWait(call, record)) {
                        throw GatewayError.invalid("approval expired or not found");
                      }
                      if (record.state() != State.PENDING) {
                        return Future.succeededFuture(
                            record.approval().watched(record.ending(), call.caller().isV4()));
                      }
                      Future<JsonText> answer =
                          waits.await(call, record.approval(), null, record.remainingMs());
                      // It may have been resolved between the reading and the waiting.
                      watch.check(id);
                      return answer;
                    }));
  }

  /** The requester may learn what became of it, also where others decide. */
  private static boolean mayWait(Call call, ApprovalRecord record) {
    return record.approval().isFor(call.caller())
        || (!record.device().isEmpty() && record.device().equals(call.caller().deviceId()));
  }

  private Future<JsonText> open(Asking asking, int attempts) {
    Call call = asking.call();
    ApprovalRequest requested = asking.requested();
    String device = device(call);
    long bytes = requested.request().text().getBytes(StandardCharsets.UTF_8).length;
    if (!perDevice.hasRoom(device)) {
      return overLimit("pending approvals", settings.maxPerDevice(), "pendingApprovalsPerDevice");
    }
    if (!perDevice.hasRoom(device, bytes)) {
      return overLimit(
          "kilobytes of pending approvals",
          settings.maxKilobytesPerDevice(),
          "pendingApprovalKilobytesPerDevice");
    }
    // Until Redis answers, so that many at once do not all find the same room.
    String opens = "opens " + call.caller().connId() + " " + call.requestId();
    perDevice.requested(device, opens, bytes, requested.timeoutMs());
    return store
        .create(requested, call.caller(), waits.origin(call), asking.rule())
        .onComplete(opened -> perDevice.resolved(opens))
        .compose(
            opening -> {
              Approval approval = requested.opened(opening.createdAtMs(), opening.expiresAtMs());
              return switch (opening.outcome()) {
                case CREATED -> created(asking, approval, opening);
                case MINE -> rejoin(asking, approval, opening, attempts);
                case RULED -> ruled(asking, approval, opening.ending());
                case DECIDED -> decidedMeanwhile(call, approval, opening);
                case PENDING -> Future.failedFuture(GatewayError.invalid(ALREADY_PENDING));
                case FINISHED ->
                    Future.failedFuture(GatewayError.unavailable("approval request unavailable"));
              };
            });
  }

  private static Future<JsonText> overLimit(String what, int most, String limit) {
    return Future.failedFuture(
        GatewayError.overLimit(what + " of this device", most, limit, "wait for decisions"));
  }

  private Future<JsonText> created(Asking asking, Approval approval, Opening opening) {
    claims.remember(asking.requested(), asking.call().caller());
    perDevice.requested(
        device(asking.call()),
        Approval.key(approval.id(), opening.createdAtMs()),
        approval.request().text().getBytes(StandardCharsets.UTF_8).length,
        opening.remainingMs());
    audit.note(ApprovalEntries.requested(asking.call().caller(), approval));
    accept(asking, approval);
    watch.notifier().opened(approval, opening.remainingMs(), asking.call().trace());
    return waits.await(asking.call(), approval, asking.requested(), opening.remainingMs());
  }

  private Future<JsonText> rejoin(Asking asking, Approval approval, Opening opening, int attempts) {
    Call call = asking.call();
    return waits
        .stillWaiting(approval, opening.origin())
        .compose(
            waiting ->
                waiting || attempts == 0
                    ? Future.failedFuture(GatewayError.invalid(ALREADY_PENDING))
                    : store.move(approval, opening.origin(), waits.origin(call)))
        .compose(
            moved -> {
              if (!moved) {
                return open(asking, attempts - 1);
              }
              accept(asking, approval);
              Future<JsonText> answer =
                  waits.await(call, approval, asking.requested(), opening.remainingMs());
              // It may have been resolved while nobody waited here.
              watch.check(approval.id());
              return answer;
            });
  }

  /** Answered without a human; entered and counted before the requester is answered. */
  private Future<JsonText> ruled(Asking asking, Approval approval, ApprovalOutcome ending) {
    Rule rule = Objects.requireNonNull(asking.rule());
    claims.remember(asking.requested(), asking.call().caller());
    return rules
        .used(asking.call().caller(), approval, rule)
        .map(
            counted -> {
              if (asking.call().replies().open()) {
                waits.answered(asking.call(), approval);
              }
              return approval.answer(ending, asking.call().caller().isV4());
            });
  }

  private Future<JsonText> decidedMeanwhile(Call call, Approval approval, Opening opening) {
    // Reading it stores the rule that it made, should whoever decided have died before.
    return store
        .look(approval.id())
        .map(
            read -> {
              if (call.replies().open()) {
                waits.answered(call, approval);
              }
              return approval.answer(opening.ending(), call.caller().isV4());
            });
  }

  /** Nobody could decide and the requester does not want to wait: no record, no event. */
  private Future<JsonText> withoutRoute(Asking asking) {
    return store
        .now()
        .map(
            now ->
                asking
                    .requested()
                    .opened(now, now + asking.requested().timeoutMs())
                    .answer(ApprovalOutcome.UNDECIDED, false));
  }

  /** A caller without a device is bounded by its connection alone. */
  private static String device(Call call) {
    String device = call.caller().deviceId();
    return device == null ? call.caller().connId() : device;
  }

  private static void accept(Asking asking, Approval approval) {
    if (asking.requested().twoPhase()) {
      asking.call().interim(approval.accepted(asking.reachable() ? "approval-client" : "none"));
    }
  }
}
