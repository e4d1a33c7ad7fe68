package dev.krabkrab.gateway.approvals;

/** Counts what operators of a gateway want to know about approvals. */
public interface ApprovalMetrics {
  /** Counts nothing. */
  ApprovalMetrics NONE = () -> {};

  /** An approval was asked for, and nobody was connected anywhere who could decide it. */
  void withoutRoute();
}
