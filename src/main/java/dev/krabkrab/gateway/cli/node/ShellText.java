package dev.krabkrab.gateway.cli.node;

import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words as people read them. */
final class ShellText {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*");
  private static final int LONGEST = 200;

  private ShellText() {}

  /** The words, quoted as a shell reads them. */
  static String of(List<String> argv) {
    return argv.stream().map(ShellText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** One line of it, safe to show, and not long. */
  static String shown(String text) {
    String line = SafeText.line(text);
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
