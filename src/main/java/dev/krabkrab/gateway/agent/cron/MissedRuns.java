package dev.krabkrab.gateway.agent.cron;

/** What becomes of due times of {@code every} and {@code cron} jobs that nobody was there for. */
public enum MissedRuns {
  /** They are entered in the log as skipped. */
  SKIP,
  /** They are made up for by one run. */
  ONCE
}
