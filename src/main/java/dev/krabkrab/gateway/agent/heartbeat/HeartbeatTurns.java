package dev.krabkrab.gateway.agent.heartbeat;

import io.vertx.core.Future;

/** Runs the agents' turns that heartbeats ask for. */
public interface HeartbeatTurns {
  /** The reason where no agent can have a turn. */
  String NO_RUNTIME = "no model is configured";

  /** Where no agent can have a turn. */
  HeartbeatTurns NONE =
      new HeartbeatTurns() {
        @Override
        public boolean available() {
          return false;
        }

        @Override
        public Future<HeartbeatOutcome> run(HeartbeatTurn turn) {
          return Future.failedFuture(NO_RUNTIME);
        }
      };

  /** Whether agents can have turns at all; where not, no heartbeat is begun and no event lost. */
  boolean available();

  /**
   * Runs one turn.
   *
   * @return its outcome, once it has one; a failed future counts as a failed heartbeat
   */
  Future<HeartbeatOutcome> run(HeartbeatTurn turn);
}
