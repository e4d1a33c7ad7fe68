package dev.krabkrab.gateway.cron;

import io.vertx.core.Future;

/** Runs the agent's turns that jobs ask for. */
@FunctionalInterface
public interface CronTurns {
  /** What a job ends with where no agent can be asked. */
  String NO_RUNTIME = "no agent runtime on this gateway";

  /**
   * Runs one turn.
   *
   * @return how it ended, once it has; a failed future counts as an error with its message
   */
  Future<CronOutcome> run(CronTurn turn);
}
