package dev.krabkrab.gateway.control.approvals;

import org.jspecify.annotations.Nullable;

/**
 * The answer to an attempt to decide.
 *
 * @param outcome won, lost, barred, changed, own, expired or unknown
 * @param decision the one in force, blank when there is none
 * @param request for a win the request's protocol 4 form, else blank
 * @param rule the rule in force since this decision, or null
 */
record Verdict(
    String outcome,
    long createdAtMs,
    long expiresAtMs,
    long resolvedAtMs,
    String decision,
    String resolvedBy,
    String request,
    String resolver,
    String words,
    @Nullable Rule rule) {
  ApprovalOutcome ending() {
    return new ApprovalOutcome(decision, resolver, words);
  }

  Verdict with(@Nullable Rule kept) {
    return new Verdict(
        outcome,
        createdAtMs,
        expiresAtMs,
        resolvedAtMs,
        decision,
        resolvedBy,
        request,
        resolver,
        words,
        kept);
  }
}
