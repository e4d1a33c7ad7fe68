package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** A call of this instance that waits for an approval to be resolved; it is gone with the call. */
final class Waiter {
  private final Call call;
  private final Approval approval;
  private final @Nullable ApprovalRequest requested;
  private final Promise<JsonText> answer = Promise.promise();

  /** Timer of its deadline. */
  long timer = -1;

  /** A null request is that of a call which only watches somebody's approval. */
  Waiter(Call call, Approval approval, @Nullable ApprovalRequest requested) {
    this.call = call;
    this.approval = approval;
    this.requested = requested;
  }

  Call call() {
    return call;
  }

  Approval approval() {
    return approval;
  }

  @Nullable ApprovalRequest requested() {
    return requested;
  }

  Promise<JsonText> answer() {
    return answer;
  }

  String connId() {
    return call.caller().connId();
  }
}
