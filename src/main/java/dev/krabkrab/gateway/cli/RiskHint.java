package dev.krabkrab.gateway.cli;

/**
 * Why a command that waits deserves a second look. It informs; it never allows and never hides.
 *
 * @param id of the rule
 * @param level how grave it is
 * @param text for people
 */
record RiskHint(String id, Level level, String text) {
  /** How grave, the graver later. */
  enum Level {
    LOW,
    MEDIUM,
    HIGH
  }
}
