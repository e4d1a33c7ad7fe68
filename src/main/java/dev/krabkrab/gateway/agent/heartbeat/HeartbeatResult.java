package dev.krabkrab.gateway.agent.heartbeat;

/**
 * The result of a heartbeat that somebody waited for.
 *
 * @param reason why it was skipped or failed; empty when it ran
 */
public record HeartbeatResult(Status status, String reason) {
  /** The status of such a heartbeat: run, skipped or failed. */
  public enum Status {
    RAN,
    SKIPPED,
    FAILED
  }

  static HeartbeatResult skipped(String reason) {
    return new HeartbeatResult(Status.SKIPPED, reason);
  }

  static HeartbeatResult of(HeartbeatOutcome outcome) {
    String given = outcome.reason();
    String reason = given == null ? "" : given;
    return switch (outcome.status()) {
      case FAILED -> new HeartbeatResult(Status.FAILED, reason);
      case SKIPPED, BUSY -> new HeartbeatResult(Status.SKIPPED, reason);
      case SENT, OK_EMPTY, OK_TOKEN -> new HeartbeatResult(Status.RAN, reason);
    };
  }
}
