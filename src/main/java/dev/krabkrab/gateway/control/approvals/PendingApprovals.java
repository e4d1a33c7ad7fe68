package dev.krabkrab.gateway.control.approvals;

/**
 * What an instance knows to be pending; every instance of a cluster knows the same.
 *
 * @param count undecided approvals whose time is not over
 * @param oldestAgeMs how long the oldest of them has waited, in milliseconds, 0 when there is none
 */
public record PendingApprovals(int count, long oldestAgeMs) {
  /** Nothing is pending. */
  public static final PendingApprovals NONE = new PendingApprovals(0, 0);
}
