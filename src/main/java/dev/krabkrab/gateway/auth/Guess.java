package dev.krabkrab.gateway.auth;

/**
 * What became of a wrong secret.
 *
 * @param waitMs how long the address is still locked out, so that this secret does not count; 0
 *     when it was not
 * @param lockedMs length of the lock-out that this secret began, 0 when it began none
 */
record Guess(long waitMs, long lockedMs) {
  /** Counted, and no more than that. */
  static final Guess COUNTED = new Guess(0, 0);
}
