package dev.krabkrab.gateway.control.approvals;

/** Counts approvals, for the operators of a gateway. */
public interface ApprovalMetrics {
  /** Counts nothing. */
  ApprovalMetrics NONE = () -> {};

  /** An approval was requested, and nobody was connected anywhere who could decide it. */
  void withoutRoute();
}
