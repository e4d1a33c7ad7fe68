package dev.krabkrab.gateway.platform.config;

/**
 * When an instance sends its clients to others.
 *
 * @param budgetMs {@code gateway.drain.budgetMs}: time to send them away at the end, milliseconds,
 *     up to 10 minutes; default 5000
 * @param connectionAgeMinutes {@code gateway.drain.connectionAgeMinutes}: age at which a connection
 *     is sent to another instance, up to a week; 0, the default, for never
 */
public record DrainSettings(int budgetMs, int connectionAgeMinutes) {
  private static final int DEFAULT_BUDGET_MS = 5_000;
  private static final int LONGEST_BUDGET_MS = 600_000;
  private static final int OLDEST_MINUTES = 10_080;

  static DrainSettings load(Sources from) {
    return new DrainSettings(
        from.find("gateway.drain.budgetMs", null, "KRABKRAB_DRAIN_BUDGET_MS")
            .integer(DEFAULT_BUDGET_MS, 0, LONGEST_BUDGET_MS),
        from.find("gateway.drain.connectionAgeMinutes", null, "KRABKRAB_CONNECTION_AGE_MINUTES")
            .integer(0, 0, OLDEST_MINUTES));
  }
}
