package dev.krabkrab.gateway.audit;

import java.time.Duration;

/**
 * How much is entered and kept; {@code gateway.audit} of the gateway document.
 *
 * @param enabled whether entries are made; changes of the configuration always are
 * @param retentionDays days an entry is kept, 1 to {@value #MOST_DAYS}
 * @param maxEntries entries kept at most, {@value #FEWEST_ENTRIES} to {@value #MOST_ENTRIES}
 */
public record AuditSettings(boolean enabled, int retentionDays, int maxEntries) {
  public static final int MOST_DAYS = 3_650;
  public static final int FEWEST_ENTRIES = 100;
  public static final int MOST_ENTRIES = 100_000_000;

  /** When nothing is said. */
  public static final AuditSettings DEFAULT = new AuditSettings(true, 90, 1_000_000);

  long retentionMs() {
    return Duration.ofDays(retentionDays).toMillis();
  }
}
