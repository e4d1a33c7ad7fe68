package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Parameters and replies of {@link CronStore}. Times are milliseconds of Redis time. */
final class CronAnswers {
  private CronAnswers() {}

  /** A job, or none, and the time it was read at. */
  record Found(long nowMs, Optional<CronJob> job) {}

  /** The outcome of a change. */
  sealed interface Put {
    record Done(CronJob job) implements Put {}

    /** Somebody else changed or removed it first. */
    record Changed() implements Put {}

    /** There are too many. */
    record Full() implements Put {}
  }

  /**
   * Work that waits.
   *
   * @param next the first due time after now
   * @param due whose due time has come
   * @param lost whose run has lost its instance
   */
  record Look(long nowMs, OptionalLong next, List<CronJob> due, List<CronJob> lost) {}

  /** The outcome of a claim. */
  enum Claim {
    CLAIMED,
    /** The job or its due time is another one, or gone. */
    CHANGED,
    /** The job is running already. */
    RUNNING,
    /** Too many other jobs are running. */
    BUSY
  }

  /** A claim and when it was made. */
  record Claimed(Claim result, long atMs) {}

  /** The effect that the end of a run has on its job. */
  enum Fate {
    KEEP,
    DISABLE,
    REMOVE
  }

  /**
   * The end of a run.
   *
   * @param onlyIfLost ends it only when its lease has run out
   * @param setNext whether the next due time becomes {@code next}; else it stays
   * @param state fields of the job to set
   */
  record Ending(
      CronJob job,
      String token,
      boolean onlyIfLost,
      ObjectNode logLine,
      boolean setNext,
      OptionalLong next,
      Fate fate,
      Map<String, String> state) {}

  /** The outcome of finishing a run. */
  enum FinishResult {
    OK,
    /** It was the job's end as well. */
    REMOVED,
    /** The run had been given up, or finished already. */
    LOST,
    /** The run was to be given up, but its instance still holds it. */
    ALIVE
  }

  /** The number of jobs, and the first due time. */
  record Counts(long jobs, OptionalLong next) {}
}
