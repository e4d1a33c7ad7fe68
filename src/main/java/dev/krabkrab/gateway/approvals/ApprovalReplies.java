package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.approvals.ApprovalStore.Verdict;
import dev.krabkrab.gateway.protocol.LazyJson;
import dev.krabkrab.gateway.redis.Replies;
import io.vertx.redis.client.Response;
import java.util.Locale;

/** Reads what the scripts of approvals answer. */
final class ApprovalReplies {
  private ApprovalReplies() {}

  /** The answer of {@code resolve.lua}, without its rule. */
  static Verdict verdict(Response r) {
    return new Verdict(
        r.get(0).toString(),
        Replies.number(r.get(1)),
        Replies.number(r.get(2)),
        Replies.number(r.get(3)),
        r.get(4).toString(),
        r.get(5).toString(),
        r.get(6).toString(),
        r.get(7).toString(),
        r.get(8).toString(),
        null);
  }

  /** The answer of {@code look.lua} about an approval there is. */
  static ApprovalRecord record(String id, Response r) {
    State state = State.valueOf(r.get(1).toString().toUpperCase(Locale.ROOT));
    long expiresAtMs = Replies.number(r.get(3));
    String decision = r.get(4).toString();
    String by = r.get(5).toString();
    return new ApprovalRecord(
        new Approval(id, Replies.number(r.get(2)), expiresAtMs, LazyJson.of(r.get(7).toString())),
        state,
        decision.isEmpty() ? null : decision,
        by.isEmpty() ? null : by,
        Replies.number(r.get(6)),
        reason(state, r.get(9).toString()),
        r.get(10).toString(),
        r.get(11).toString(),
        r.get(8).toString(),
        state == State.PENDING ? Math.max(0, expiresAtMs - Replies.number(r.get(0))) : 0);
  }

  private static String reason(State state, String stored) {
    if (!stored.isEmpty() || state == State.PENDING) {
      return stored;
    }
    return state == State.EXPIRED ? Reason.TIMEOUT : Reason.USER;
  }
}
