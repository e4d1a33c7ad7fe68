package dev.krabkrab.gateway.agent.cron;

import dev.krabkrab.gateway.agent.agents.AuthorityService;
import io.vertx.core.Future;

/** Runs the agent's turns that jobs ask for. */
@FunctionalInterface
public interface CronTurns {
  /**
   * Runs one turn.
   *
   * @return its outcome, once it has one; a failed future counts as an error with its message
   */
  Future<CronOutcome> run(CronTurn turn);

  /**
   * Turns, and who has the right to them.
   *
   * @param rights of those who saved the jobs
   */
  record Rights(CronTurns turns, AuthorityService rights) {}
}
