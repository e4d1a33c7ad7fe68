package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An entry of the log as a person reads it, on one line; all of it is escaped.
 *
 * @param head time, level, instance
 * @param level of it
 * @param rest logger, message and fields
 */
record LogLine(String head, String level, String rest) {
  private static final int LEVEL = 5;

  static LogLine of(JsonNode entry) {
    JsonNode meta = entry.path("_meta");
    String logger = meta.path("name").asText("");
    StringBuilder rest = new StringBuilder(logger.substring(logger.lastIndexOf('.') + 1));
    rest.append(": ").append(entry.path("1").asText(""));
    entry
        .path("2")
        .properties()
        .forEach(
            field -> rest.append(' ').append(field.getKey()).append('=').append(field.getValue()));
    return new LogLine(
        Text.safe(entry.path("time").asText("-") + " " + meta.path("hostname").asText("-")),
        Text.safe(meta.path("logLevelName").asText("-")),
        Text.safe(rest.toString()));
  }

  String plain() {
    return head + " " + Columns.padded(level, LEVEL) + " " + rest;
  }

  /** With the level in its colour. */
  String coloured() {
    String colour =
        switch (level) {
          case "ERROR" -> "\u001b[31m";
          case "WARN" -> "\u001b[33m";
          case "DEBUG", "TRACE" -> "\u001b[2m";
          default -> "\u001b[32m";
        };
    return head + " " + colour + Columns.padded(level, LEVEL) + "\u001b[0m " + rest;
  }
}
