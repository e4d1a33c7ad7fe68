package dev.krabkrab.gateway.cron;

import io.vertx.core.Future;

/** Runs the agent's turns that jobs ask for. */
@FunctionalInterface
public interface CronTurns {
  /**
   * Runs one turn.
   *
   * @return how it ended, once it has; a failed future counts as an error with its message
   */
  Future<CronOutcome> run(CronTurn turn);
}
