package dev.krabkrab.gateway.control.approvals;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says which texts tell truly what a list of words runs. People approve the text and nodes run the
 * words, so the lists here are closed, and a shell is one only under its full path.
 */
public final class CommandForms {
  /** Shells under the paths where systems install their own. */
  private static final Set<String> SHELLS =
      Set.of(
          "/bin/sh",
          "/bin/bash",
          "/bin/zsh",
          "/bin/dash",
          "/usr/bin/sh",
          "/usr/bin/bash",
          "/usr/bin/zsh",
          "/usr/bin/dash");

  private static final Set<String> SHELL_FLAGS = Set.of("-lc", "-c");

  private static final Set<String> WINDOWS_SHELLS =
      Set.of("cmd.exe", "c:\\windows\\system32\\cmd.exe");

  private static final List<String> WINDOWS_FLAGS = List.of("/d", "/s", "/c");

  /** Before a command it sets a variable, and is no word of it. */
  static final Pattern ASSIGNMENT = Pattern.compile("(?s)[A-Za-z_][A-Za-z0-9_]*\\+?=.*");

  /** What makes an unquoted word look like the start or the end of something. */
  private static final Pattern MARKED = Pattern.compile("^[#|&;<>]|[|&;<>]$");

  /** Blanks as node hosts understand them when they look for words to quote. */
  private static final Pattern NEEDS_QUOTES =
      Pattern.compile(
          "[\\s\"\\u000b\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]");

  private CommandForms() {}

  /**
   * Whether a text says what these words run: it quotes them as a shell does or as node hosts do,
   * or it is the script that a standard shell is given. So for each text there are one list of
   * words and these shells.
   */
  public static boolean saysTheSame(String text, List<String> argv) {
    if (ASSIGNMENT.matcher(argv.getFirst()).matches()) {
      return false;
    }
    if (text.equals(script(argv))) {
      return true;
    }
    Optional<List<String>> read = ShellWords.split(text);
    return read.isPresent()
        ? read.get().equals(argv)
        : text.equals(display(argv)) && readsAsWords(argv);
  }

  /** The text under which an approval of these words is looked for. */
  static String usual(List<String> argv) {
    String script = script(argv);
    return script == null ? display(argv) : script;
  }

  /** What a standard shell is to run, or null when the words are no such shell. */
  public static @Nullable String script(List<String> argv) {
    if (argv.size() == 3 && SHELLS.contains(argv.get(0)) && SHELL_FLAGS.contains(argv.get(1))) {
      return argv.get(2);
    }
    boolean windows =
        argv.size() == 5
            && WINDOWS_SHELLS.contains(argv.getFirst().toLowerCase(Locale.ROOT))
            && argv.subList(1, 4).equals(WINDOWS_FLAGS);
    return windows ? argv.get(4) : null;
  }

  /** As node hosts write words for people: quoted where they have blanks or quotes. */
  static String display(List<String> argv) {
    StringBuilder text = new StringBuilder();
    for (String word : argv) {
      text.append(text.isEmpty() ? "" : " ");
      if (word.isEmpty() || NEEDS_QUOTES.matcher(word).find()) {
        text.append('"').append(word.replace("\"", "\\\"")).append('"');
      } else {
        text.append(word);
      }
    }
    return text.toString();
  }

  /**
   * Whether nobody takes words that are written without quotes for fewer, or for more than one
   * command: no mark of a shell begins, ends or spans them.
   */
  private static boolean readsAsWords(List<String> argv) {
    long open = 0;
    for (int i = 0; i < argv.size(); i++) {
      String word = argv.get(i);
      boolean endOfList = word.equals(";") && i == argv.size() - 1;
      if (word.endsWith("\\") || word.contains("\\\"")) {
        return false;
      }
      if (NEEDS_QUOTES.matcher(word).find() || endOfList) {
        continue;
      }
      if (MARKED.matcher(word).find() || count(word, '(') != count(word, ')')) {
        return false;
      }
      open += count(word, '\'') % 2;
      if (open > 1 || count(word, '`') % 2 != 0) {
        return false;
      }
    }
    return true;
  }

  private static long count(String word, char mark) {
    return word.chars().filter(c -> c == mark).count();
  }
}
