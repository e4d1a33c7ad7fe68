package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;
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

  /**
   * One of so many entries is a place for a refusal. What is taken is there again after the time
   * entries are kept, so that of all entries at most twice as many are refusals.
   */
  private static final int SHARE_OF_REFUSALS = 4;

  private static final int MOST_PLACES_AT_ONCE = 200;
  private static final int SHARE_AT_ONCE = 1_000;

  /** When nothing is said. */
  public static final AuditSettings DEFAULT = new AuditSettings(true, 90, 1_000_000);

  /** Reads the document; a value of the wrong type or out of range takes its default. */
  public static AuditSettings of(JsonNode document) {
    JsonNode audit = document.at("/gateway/audit");
    return new AuditSettings(
        DocumentValues.flag(audit, "enabled", DEFAULT.enabled),
        (int) DocumentValues.number(audit, "retentionDays", 1, MOST_DAYS, DEFAULT.retentionDays),
        (int)
            DocumentValues.number(
                audit, "maxEntries", FEWEST_ENTRIES, MOST_ENTRIES, DEFAULT.maxEntries));
  }

  /** How many refusals are entered in a row; the fourth part of all. */
  int refusalPlaces() {
    return maxEntries / SHARE_OF_REFUSALS;
  }

  /** How many of them one instance takes in advance. */
  int refusalPlacesAtOnce() {
    return Math.clamp(refusalPlaces() / SHARE_AT_ONCE, 1, MOST_PLACES_AT_ONCE);
  }

  long retentionMs() {
    return Duration.ofDays(retentionDays).toMillis();
  }
}
