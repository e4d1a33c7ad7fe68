package dev.krabkrab.gateway.agent.heartbeat;

import org.jspecify.annotations.Nullable;

/**
 * An agent that has a heartbeat.
 *
 * @param sessionKey its main conversation
 * @param everyMs time between two heartbeats, in milliseconds; 0 for none
 * @param prompt of each heartbeat
 * @param model what it runs on, or null for its own
 * @param target where what it has to say goes: {@code last}, {@code none} or a channel
 * @param to whom there, or null for who wrote last
 */
public record HeartbeatAgent(
    String agentId,
    String sessionKey,
    long everyMs,
    String prompt,
    @Nullable String model,
    String target,
    @Nullable String to) {
  private static final long SECOND_MS = 1_000;
  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 3_600_000;

  /** The interval as people write it: hours, minutes or seconds. */
  public String every() {
    if (everyMs % HOUR_MS == 0) {
      return everyMs / HOUR_MS + "h";
    }
    return everyMs % MINUTE_MS == 0 ? everyMs / MINUTE_MS + "m" : everyMs / SECOND_MS + "s";
  }
}
