package dev.krabkrab.gateway.control.approvals;

import org.jspecify.annotations.Nullable;

/**
 * What Redis says about an approval at one moment. Protocol 02 §15.2.
 *
 * @param decision what was decided, or null while pending or when it expired
 * @param resolvedBy who decided, as people read it, or null
 * @param resolvedAtMs Redis time of the decision, or 0
 * @param reason why it was resolved so, one of {@link Reason}, or blank while pending
 * @param resolver who decided, as a JSON object, or blank
 * @param words why, as who decided put it, or blank
 * @param device the requester's device, or blank
 * @param remainingMs until its expiry; 0 when resolved or expired
 */
record ApprovalRecord(
    Approval approval,
    State state,
    @Nullable String decision,
    @Nullable String resolvedBy,
    long resolvedAtMs,
    String reason,
    String resolver,
    String words,
    String device,
    long remainingMs) {

  ApprovalOutcome ending() {
    return new ApprovalOutcome(decision, resolver, words);
  }

  /** Where an approval is in its life. It is resolved or expires once. */
  enum State {
    PENDING,
    RESOLVED,
    EXPIRED
  }
}
