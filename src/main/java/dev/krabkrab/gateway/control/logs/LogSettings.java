package dev.krabkrab.gateway.control.logs;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * {@code logging.shared} of the gateway document.
 *
 * @param enabled whether instances keep their lines where all can read them; default true
 * @param maxLines about how many are kept, 1000 to 100000; default 10000
 */
public record LogSettings(boolean enabled, int maxLines) {
  static final LogSettings DEFAULT = new LogSettings(true, 10_000);
  private static final int FEWEST = 1_000;
  private static final int MOST = 100_000;

  /**
   * Reads the document; a value that is missing, of another type or out of range is the default.
   */
  public static LogSettings of(JsonNode document) {
    JsonNode shared = document.at("/logging/shared");
    int lines = shared.path("maxLines").asInt(DEFAULT.maxLines());
    return new LogSettings(
        shared.path("enabled").asBoolean(DEFAULT.enabled()),
        lines < FEWEST || lines > MOST ? DEFAULT.maxLines() : lines);
  }
}
