package dev.krabkrab.gateway.access.auth;

/**
 * What became of a wrong secret.
 *
 * @param waitMs how long the address is still locked out, so that this secret does not count; 0
 *     when it was not
 * @param lockedMs length of the lock-out that this secret began, 0 when it began none
 */
record AttemptOutcome(long waitMs, long lockedMs) {
  /** Counted, and no more than that. */
  static final AttemptOutcome COUNTED = new AttemptOutcome(0, 0);
}
