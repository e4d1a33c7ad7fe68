package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * {@code cron} of the gateway document. A value of the wrong type takes its default. Protocol 03
 * §22.4.
 *
 * @param enabled whether due times are acted on; default true
 * @param maxConcurrentRuns runs at once in the whole cluster, not counting those requested by hand;
 *     from 1 to 1000, default 8
 * @param missedRuns {@code cron.missedRuns}: {@code skip} or {@code once}; default {@code skip}
 * @param minTurnIntervalMs least time between two due times of a job that runs an agent, in
 *     milliseconds; at least 1000, default a minute
 */
public record CronSettings(
    boolean enabled, int maxConcurrentRuns, MissedRuns missedRuns, long minTurnIntervalMs) {
  /** Of {@code cron.minTurnIntervalMs}. */
  public static final long TURN_INTERVAL_MS = 60_000;

  private static final int RUNS_AT_ONCE = 8;
  private static final int MOST_RUNS_AT_ONCE = 1_000;

  /** Reads the document. */
  public static CronSettings of(JsonNode document) {
    JsonNode cron = document.path("cron");
    int runs = cron.path("maxConcurrentRuns").asInt(RUNS_AT_ONCE);
    return new CronSettings(
        cron.path("enabled").asBoolean(true),
        runs < 1 ? RUNS_AT_ONCE : Math.min(runs, MOST_RUNS_AT_ONCE),
        cron.path("missedRuns").asText().equals("once") ? MissedRuns.ONCE : MissedRuns.SKIP,
        Math.max(
            CronSchedule.SHORTEST_MS, cron.path("minTurnIntervalMs").asLong(TURN_INTERVAL_MS)));
  }
}
