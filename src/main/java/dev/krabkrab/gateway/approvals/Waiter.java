package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** A call of this instance that waits for an approval to end; it ends with the call. */
final class Waiter {
  private final Call call;
  private final Approval approval;
  private final @Nullable ApprovalRequest asked;
  private final Promise<JsonText> answer = Promise.promise();

  /** Timer of its deadline. */
  long timer = -1;

  /** A null request is that of a call which only watches somebody's approval. */
  Waiter(Call call, Approval approval, @Nullable ApprovalRequest asked) {
    this.call = call;
    this.approval = approval;
    this.asked = asked;
  }

  Call call() {
    return call;
  }

  Approval approval() {
    return approval;
  }

  @Nullable ApprovalRequest asked() {
    return asked;
  }

  Promise<JsonText> answer() {
    return answer;
  }

  String connId() {
    return call.caller().connId();
  }
}
