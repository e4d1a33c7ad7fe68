package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.control.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers waiting calls from what Redis says, and at their deadline even without Redis: then with
 * no decision, never with one nobody took. Protocol 02 §16, E10.
 */
final class ApprovalWaits {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalWaits.class);

  private final Vertx vertx;
  private final ApprovalStore store;
  private final Waiters waiters;
  private final Broadcaster broadcaster;
  private final String instance;

  ApprovalWaits(
      Vertx vertx, ApprovalStore store, Waiters waiters, Broadcaster broadcaster, String instance) {
    this.vertx = vertx;
    this.store = store;
    this.waiters = waiters;
    this.broadcaster = broadcaster;
    this.instance = instance;
  }

  /** How Redis names the socket that a call came over. */
  String origin(Call call) {
    return instance + " " + call.caller().connId();
  }

  private boolean isOwn(String other) {
    return instance.equals(other);
  }

  /** Whether the first caller can still be answered. */
  Future<Boolean> stillWaiting(Approval approval, String origin) {
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
    return isOwn(instance) ? Future.succeededFuture(false) : broadcaster.isAlive(instance, connId);
  }

  /**
   * Waits for the end of an approval.
   *
   * @param requested what the call requested, or null when it only watches
   */
  Future<JsonText> await(
      Call call, Approval approval, @Nullable ApprovalRequest requested, long remainingMs) {
    Waiter waiter = new Waiter(call, approval, requested);
    if (requested != null && !call.replies().open()) {
      abandon(waiter);
      return waiter.answer().future();
    }
    waiters.add(waiter);
    arm(waiter, remainingMs);
    return waiter.answer().future();
  }

  /** Answers whoever waits for the approval that this record resolves. */
  void settle(ApprovalRecord record) {
    for (Waiter waiter : waiters.of(record.approval().id())) {
      if (waiter.approval().createdAtMs() < record.approval().createdAtMs()) {
        // Somebody has used the id again since.
        answer(waiter, ApprovalOutcome.UNDECIDED);
      } else if (record.state() != State.PENDING) {
        answer(waiter, record.ending());
      }
    }
  }

  /** Ends the waits of a connection that is gone; their approvals stay. */
  void disconnected(String connId) {
    for (Waiter waiter : waiters.ofConnection(connId)) {
      if (take(waiter)) {
        abandon(waiter);
      }
    }
  }

  private void arm(Waiter waiter, long remainingMs) {
    waiter.timer = vertx.setTimer(Math.max(1, remainingMs), due -> deadline(waiter));
  }

  private void deadline(Waiter waiter) {
    String id = waiter.approval().id();
    store
        .look(id)
        .onFailure(
            away -> {
              LogFields.of(LOG.atWarn(), waiter.call().caller())
                  .log("approval {} ends undecided: {}", id, away.getMessage());
              answer(waiter, ApprovalOutcome.UNDECIDED);
            })
        .onSuccess(
            record -> {
              if (record == null) {
                answer(waiter, ApprovalOutcome.UNDECIDED);
              } else if (record.state() == State.PENDING
                  && record.approval().createdAtMs() == waiter.approval().createdAtMs()) {
                // Redis' clock decides; ours was a little early.
                arm(waiter, record.remainingMs());
              } else {
                settle(record);
              }
            });
  }

  private void answer(Waiter waiter, ApprovalOutcome ending) {
    if (!take(waiter)) {
      return;
    }
    Approval approval = waiter.approval();
    if (ending.decision() != null && waiter.requested() != null) {
      if (waiter.call().replies().open()) {
        answered(waiter.call(), approval);
      } else {
        abandon(waiter);
        return;
      }
    }
    boolean named = waiter.call().caller().isV4();
    waiter
        .answer()
        .complete(
            waiter.requested() == null
                ? approval.watched(ending, named)
                : approval.answer(ending, named));
  }

  /** Notes that the requester has its decision; it is on its way to an open socket. */
  void answered(Call call, Approval approval) {
    store
        .answered(approval, origin(call))
        .onFailure(
            e ->
                LogFields.of(LOG.atDebug(), call.caller())
                    .log("answer to {} not noted: {}", approval.id(), e.getMessage()));
  }

  private boolean take(Waiter waiter) {
    vertx.cancelTimer(waiter.timer);
    return waiters.remove(waiter);
  }

  private void abandon(Waiter waiter) {
    if (waiter.requested() != null) {
      store
          .move(waiter.approval(), origin(waiter.call()), "")
          .onFailure(
              e ->
                  LogFields.of(LOG.atDebug(), waiter.call().caller())
                      .log("waiter not taken out: {}", e.getMessage()));
    }
    waiter.answer().fail(GatewayError.unavailable("connection closed"));
  }
}
