package dev.krabkrab.gateway.agent.cron;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param summary what came of it in short, or null
 * @param text what came of it in full, or null
 * @param error why it failed or was skipped, or null
 * @param sessionId of the conversation it was, or null
 */
public record CronOutcome(
    CronStatus status,
    @Nullable String summary,
    @Nullable String text,
    @Nullable String error,
    @Nullable String sessionId) {

  /** A run that did what it should. */
  public static CronOutcome ok(@Nullable String summary) {
    return new CronOutcome(CronStatus.OK, summary, null, null, null);
  }

  /** A run that failed. */
  public static CronOutcome error(String error) {
    return new CronOutcome(CronStatus.ERROR, null, null, error, null);
  }

  /** A run that had nothing to do or did not come to it. */
  public static CronOutcome skipped(@Nullable String summary, String reason) {
    return new CronOutcome(CronStatus.SKIPPED, summary, null, reason, null);
  }
}
