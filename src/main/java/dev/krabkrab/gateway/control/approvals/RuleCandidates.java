package dev.krabkrab.gateway.control.approvals;

import java.util.List;

/**
 * Tells those who ask which commands can be allowed always, so that they ask for them without a
 * shell and with the full path. ADR 20.
 */
final class RuleCandidates {
  private RuleCandidates() {}

  /**
   * Whether a rule could name this program with these arguments.
   *
   * @param argv its words; the program may still lack its path
   */
  static boolean contains(List<String> argv) {
    return !argv.isEmpty()
        && CommandRunners.why(argv.getFirst(), argv.subList(1, argv.size())) == null;
  }
}
