package dev.krabkrab.gateway.agent.cron;

import java.util.Locale;

/** How a run ended. Protocol 03 §22.1. */
public enum CronStatus {
  OK,
  ERROR,
  SKIPPED;

  /** The name in jobs, in logs and on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
