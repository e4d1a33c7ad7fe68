package dev.krabkrab.gateway.agent.cron;

/**
 * The policy for due times of {@code every} and {@code cron} jobs that no instance was there for.
 */
public enum MissedRuns {
  /** They are entered in the log as skipped. */
  SKIP,
  /** They are made up for by one run. */
  ONCE
}
