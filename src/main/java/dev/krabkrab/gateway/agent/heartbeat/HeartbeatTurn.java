package dev.krabkrab.gateway.agent.heartbeat;

import java.util.List;

/**
 * An agent's turn that a heartbeat asks for.
 *
 * @param agent the agent, its prompt and its session
 * @param events what has happened since its last turn, oldest first; nobody else tells it
 * @param reason why now: {@code interval}, {@code wake}, {@code cron:<jobId>}, ...
 */
public record HeartbeatTurn(HeartbeatAgent agent, List<String> events, String reason) {
  public HeartbeatTurn {
    events = List.copyOf(events);
  }
}
