package dev.krabkrab.gateway.agent.cron;

import java.util.Locale;

/** The final status of a run. Protocol 03 §22.1. */
public enum CronStatus {
  OK,
  ERROR,
  SKIPPED;

  /** The name in jobs, in logs and on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
