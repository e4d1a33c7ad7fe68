package dev.krabkrab.gateway.agent.cron;

/** Counts runs of jobs on this instance. */
public interface CronMetrics {
  /** Counts nothing. */
  CronMetrics NONE =
      new CronMetrics() {
        @Override
        public void started() {}

        @Override
        public void late(long ms) {}

        @Override
        public void failed() {}
      };

  /** A run began. */
  void started();

  /** It began so many milliseconds after it was due; not called for those requested by hand. */
  void late(long ms);

  /** A run failed, or its instance is gone. */
  void failed();
}
