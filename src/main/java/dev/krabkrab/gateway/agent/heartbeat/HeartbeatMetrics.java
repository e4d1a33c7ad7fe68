package dev.krabkrab.gateway.agent.heartbeat;

/** Counts heartbeats of this instance. */
@FunctionalInterface
public interface HeartbeatMetrics {
  /** Counts nothing. */
  HeartbeatMetrics NONE = status -> {};

  /** One is over. */
  void finished(HeartbeatOutcome.Status status);
}
