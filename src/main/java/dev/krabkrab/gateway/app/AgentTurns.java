package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cron.CronOutcome;
import dev.krabkrab.gateway.cron.CronTurns;
import dev.krabkrab.gateway.heartbeat.HeartbeatTurns;
import io.vertx.core.Future;

/**
 * Who runs the turns that jobs and heartbeats ask agents for.
 *
 * @param cron for jobs
 * @param heartbeat for heartbeats
 */
record AgentTurns(CronTurns cron, HeartbeatTurns heartbeat) {
  /** Where there is no agent runtime: jobs end with an error that says so, heartbeats rest. */
  static final AgentTurns NONE =
      new AgentTurns(
          turn -> Future.succeededFuture(CronOutcome.error(CronTurns.NO_RUNTIME)),
          HeartbeatTurns.NONE);
}
