package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which lines of the log are shown. */
final class LogFilter {
  private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "This one and graver: TRACE, DEBUG, INFO, WARN or ERROR.")
  private @Nullable String level;

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description = "Only of instances whose name begins so.")
  private @Nullable String instance;

  @Option(
      names = "--subsystem",
      paramLabel = "NAME",
      description = "Only of loggers whose name ends so, or of a wing like control.")
  private @Nullable String subsystem;

  @Option(names = "--grep", paramLabel = "TEXT", description = "Only with this in them.")
  private @Nullable String text;

  /** Refuses what fits no line. */
  void check() {
    if (level != null && !LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
      throw CliException.usage(
          "--level: unknown level " + level, "It is one of " + String.join(", ", LEVELS) + ".");
    }
  }

  boolean fits(JsonNode entry) {
    JsonNode meta = entry.path("_meta");
    String logger = meta.path("name").asText("");
    return (level == null || rank(meta.path("logLevelName").asText("")) >= rank(level))
        && (instance == null || meta.path("hostname").asText("").startsWith(instance))
        && (subsystem == null
            || logger.endsWith(subsystem)
            || entry.path("0").asText("").contains("\"" + subsystem + "\""))
        && (text == null || entry.toString().contains(text));
  }

  /** Unknown ones are shown. */
  private static int rank(String name) {
    int rank = LEVELS.indexOf(name.toUpperCase(Locale.ROOT));
    return rank < 0 ? LEVELS.size() : rank;
  }
}
