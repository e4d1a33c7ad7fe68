package dev.krabkrab.gateway.cli;

/** How much an instance logs, before its first line of the log. */
final class LogLevel {
  /** Read by the log's configuration, before the variable of this name. */
  private static final String PROPERTY = "KRABKRAB_LOG_LEVEL";

  private LogLevel() {}

  /** Logs what only somebody who looks for a fault wants to read. */
  static void raise(boolean verbose) {
    if (verbose || "true".equalsIgnoreCase(System.getenv("KRABKRAB_VERBOSE"))) {
      System.setProperty(PROPERTY, "DEBUG");
    }
  }
}
