package dev.krabkrab.gateway.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where standard output goes. The launcher says whether that is a terminal, and how wide, by the
 * property {@code krabkrab.terminal}; {@code COLUMNS} wins over what it found.
 *
 * @param columns columns to keep within; 0 when nothing limits a line, as in a file or a pipe
 * @param colour whether emphasis may be shown: only on a terminal, and not with {@code NO_COLOR}
 */
record Terminal(int columns, boolean colour) {
  /** What a help text keeps to when the width is not known. */
  static final int USUAL = 80;

  /** Narrower ones are treated as if they were that wide. */
  static final int NARROWEST = 40;

  private static final int WIDEST = 10_000;
  private static final String PROPERTY = "krabkrab.terminal";

  /** The terminal of this process. */
  static Terminal of(Map<String, String> environment) {
    return of(environment, System.getProperty(PROPERTY));
  }

  /**
   * @param launcher the columns of the terminal, {@code 0} when they are not known; null when
   *     standard output is none
   */
  static Terminal of(Map<String, String> environment, @Nullable String launcher) {
    boolean terminal = launcher != null;
    int measured = terminal ? number(launcher) : 0;
    int given = number(environment.get("COLUMNS"));
    int columns = given > 0 ? given : measured > 0 ? measured : terminal ? USUAL : 0;
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        columns == 0 ? 0 : Math.max(columns, NARROWEST), terminal && !dumb && !refused);
  }

  /** The columns of a help text. */
  int helpColumns() {
    return columns == 0 ? USUAL : columns;
  }

  /** The text in bold where that can be shown. */
  String bold(String text) {
    return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  private static int number(@Nullable String text) {
    if (text == null || !text.matches("\\d{1,5}")) {
      return 0;
    }
    return Math.min(Integer.parseInt(text), WIDEST);
  }
}
