package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * What a run does.
 *
 * @param workload which operations
 * @param size how many take part
 * @param pace when operations begin
 * @param duration how long operations are measured
 * @param warmup how long they are made before that, unmeasured
 * @param subject what the operations are
 */
public record BenchPlan(
    Workload workload, Size size, Pace pace, Duration duration, Duration warmup, Subject subject) {

  /** The operations there are. */
  public enum Workload {
    /** A paired device connects again, or a new one for the first time. */
    HANDSHAKES,
    /** A request and its answer. */
    CALLS,
    /** Asked, told to all approvers, decided, told to all. */
    APPROVALS,
    /** Through the gateway to a node and back. */
    INVOKES,
    /** Connections that do nothing. */
    CONNECTIONS,
    /** Approvals while one of the approvers never reads. */
    SLOW_READER,
    /** One event delivered to many. */
    FAN_OUT
  }

  /**
   * How many take part.
   *
   * @param connections clients that operations are made by, or told to
   * @param nodes nodes that are connected
   * @param others operators that are connected, and do nothing
   */
  public record Size(int connections, int nodes, int others) {}

  /**
   * What the operations are.
   *
   * @param method the method that is called
   * @param params its parameters, JSON
   * @param cold whether devices are new at each handshake
   * @param padding characters of the command that approval is asked for
   * @param protocol 3 or 4
   */
  public record Subject(String method, String params, boolean cold, int padding, int protocol) {}

  void describe(ObjectNode settings, int instances) {
    settings.put("instances", instances);
    settings.put("connections", size.connections());
    settings.put("nodes", size.nodes());
    settings.put("others", size.others());
    switch (pace) {
      case Pace.Closed closed -> settings.put("concurrency", closed.concurrency());
      case Pace.Open open -> settings.put("rate", open.perSecond());
    }
    settings.put("durationMs", duration.toMillis());
    settings.put("warmupMs", warmup.toMillis());
    settings.put("protocol", subject.protocol());
    switch (workload) {
      case CALLS -> settings.put("method", subject.method());
      case HANDSHAKES -> settings.put("cold", subject.cold());
      case APPROVALS, FAN_OUT, SLOW_READER -> settings.put("padding", subject.padding());
      default -> {}
    }
  }
}
