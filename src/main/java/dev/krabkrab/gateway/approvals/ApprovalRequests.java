package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.approvals.ApprovalStore.Opening;
import dev.krabkrab.gateway.audit.AuditTrail;
import dev.krabkrab.gateway.cluster.Broadcaster;
import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import io.vertx.core.Future;

/**
 * The asker's side: opens an approval, or takes the asker back to the one it lost its connection
 * to. Protocol 02 §2.1, §16 (E2, E5); 05 §13.1.
 */
final class ApprovalRequests {
  /** Times a re-attachment is tried while the record changes under it. */
  private static final int ATTEMPTS = 3;

  private static final String ALREADY_PENDING = "approval id already pending";

  private final ApprovalStore store;
  private final ClaimStore claims;
  private final AskedByDevice askedByDevice;
  private final Waiters waiters;
  private final ApprovalWaits waits;
  private final ApprovalWatch watch;
  private final Approvers approvers;
  private final Broadcaster broadcaster;
  private final Ids ids;
  private final ApprovalSettings settings;
  private final ApprovalMetrics metrics;
  private final AuditTrail audit;

  ApprovalRequests(
      ApprovalStore store,
      ClaimStore claims,
      AskedByDevice askedByDevice,
      Waiters waiters,
      ApprovalWaits waits,
      ApprovalWatch watch,
      Approvers approvers,
      Broadcaster broadcaster,
      Ids ids,
      ApprovalSettings settings,
      ApprovalMetrics metrics,
      AuditTrail audit) {
    this.store = store;
    this.claims = claims;
    this.askedByDevice = askedByDevice;
    this.waiters = waiters;
    this.waits = waits;
    this.watch = watch;
    this.approvers = approvers;
    this.broadcaster = broadcaster;
    this.ids = ids;
    this.settings = settings;
    this.metrics = metrics;
    this.audit = audit;
  }

  /**
   * One request on its way.
   *
   * @param reachable whether anybody could decide; taken as true when nobody wants to know
   */
  private record Asking(Call call, ApprovalRequest asked, boolean reachable) {}

  Future<JsonText> request(Call call) {
    ApprovalRequest asked = ApprovalRequest.of(call, ids).askedBy(call.caller());
    return waiters.admit(
        call.caller().connId(),
        () -> {
          boolean failFast = asked.needsRoute() || settings.failWithoutRoute();
          Future<Boolean> reachable =
              failFast || asked.twoPhase()
                  ? approvers.canReach(call.caller())
                  : Future.succeededFuture(true);
          return reachable.compose(
              reached -> {
                if (!reached) {
                  metrics.withoutRoute();
                }
                Asking asking = new Asking(call, asked, reached);
                return failFast && !reached ? withoutRoute(asking) : open(asking, ATTEMPTS);
              });
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
                      if (record == null) {
                        throw GatewayError.invalid("approval expired or not found");
                      }
                      if (record.state() != State.PENDING) {
                        return Future.succeededFuture(
                            record.approval().watched(record.ending(), call.caller().isV4()));
                      }
                      Future<JsonText> answer =
                          waits.await(call, record.approval(), null, record.remainingMs());
                      // It may have ended between the reading and the waiting.
                      watch.check(id);
                      return answer;
                    }));
  }

  private Future<JsonText> open(Asking asking, int attempts) {
    Call call = asking.call();
    ApprovalRequest asked = asking.asked();
    if (!askedByDevice.hasRoom(device(call))) {
      return Future.failedFuture(
          GatewayError.overLimit(
              "pending approvals of this device",
              settings.maxPerDevice(),
              "pendingApprovalsPerDevice",
              "wait for decisions"));
    }
    return store
        .create(asked, call.caller(), waits.origin(call))
        .compose(
            opening -> {
              Approval approval = asked.opened(opening.createdAtMs(), opening.expiresAtMs());
              return switch (opening.outcome()) {
                case CREATED -> created(asking, approval, opening);
                case MINE -> rejoin(asking, approval, opening, attempts);
                case DECIDED -> decidedMeanwhile(call, approval, opening);
                case PENDING -> Future.failedFuture(GatewayError.invalid(ALREADY_PENDING));
                case FINISHED ->
                    Future.failedFuture(GatewayError.unavailable("approval request unavailable"));
              };
            });
  }

  private Future<JsonText> created(Asking asking, Approval approval, Opening opening) {
    claims.remember(asking.asked(), asking.call().caller());
    askedByDevice.asked(
        device(asking.call()),
        Approval.key(approval.id(), opening.createdAtMs()),
        opening.remainingMs());
    audit.note(ApprovalEntries.requested(asking.call().caller(), approval));
    accept(asking, approval);
    watch.teller().opened(approval, opening.remainingMs(), asking.call().trace());
    return waits.await(asking.call(), approval, asking.asked(), opening.remainingMs());
  }

  private Future<JsonText> rejoin(Asking asking, Approval approval, Opening opening, int attempts) {
    Call call = asking.call();
    return stillWaiting(approval, opening.origin())
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
                  waits.await(call, approval, asking.asked(), opening.remainingMs());
              // It may have ended while nobody waited here.
              watch.check(approval.id());
              return answer;
            });
  }

  /** Whether the first caller can still be answered. */
  private Future<Boolean> stillWaiting(Approval approval, String origin) {
    int blank = origin.lastIndexOf(' ');
    if (blank < 0) {
      return Future.succeededFuture(false);
    }
    String connId = origin.substring(blank + 1);
    Waiter here = waiters.requester(approval);
    if (here != null && here.connId().equals(connId)) {
      return Future.succeededFuture(here.call().replies().open());
    }
    String instance = origin.substring(0, blank);
    return waits.isOwn(instance)
        ? Future.succeededFuture(false)
        : broadcaster.isAlive(instance, connId);
  }

  private Future<JsonText> decidedMeanwhile(Call call, Approval approval, Opening opening) {
    if (call.replies().open()) {
      waits.answered(call, approval);
    }
    return Future.succeededFuture(approval.answer(opening.ending(), call.caller().isV4()));
  }

  /** Nobody could decide and the asker does not want to wait: no record, no event. */
  private Future<JsonText> withoutRoute(Asking asking) {
    return store
        .now()
        .map(
            now ->
                asking
                    .asked()
                    .opened(now, now + asking.asked().timeoutMs())
                    .answer(Ending.UNDECIDED, false));
  }

  /** A caller without a device is bounded by its connection alone. */
  private static String device(Call call) {
    String device = call.caller().deviceId();
    return device == null ? call.caller().connId() : device;
  }

  private static void accept(Asking asking, Approval approval) {
    if (asking.asked().twoPhase()) {
      asking.call().interim(approval.accepted(asking.reachable() ? "approval-client" : "none"));
    }
  }
}
