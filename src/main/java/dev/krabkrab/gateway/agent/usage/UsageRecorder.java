package dev.krabkrab.gateway.agent.usage;

import io.vertx.core.Future;

/** Counts what models are used for. Safe from any thread. */
@FunctionalInterface
public interface UsageRecorder {
  /**
   * Adds to the counters of the day and of the session, both at once or neither.
   *
   * @return complete when it is counted; fails when Redis is away, and then it may not be
   */
  Future<Void> record(TokenUse use);
}
