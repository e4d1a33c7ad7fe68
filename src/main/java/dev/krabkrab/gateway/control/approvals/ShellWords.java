package dev.krabkrab.gateway.control.approvals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and writes words as a POSIX shell quotes them, without anything a shell would make more of:
 * a text that expands, redirects or has several commands is no list of words.
 */
final class ShellWords {
  /** What needs no quoting anywhere in a word. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  /** What an unquoted backslash may stand before; elsewhere it may as well be part of a path. */
  private static final String ESCAPABLE = " \t\"'\\|&;<>()$`*?[]#~{}!=";

  /** What means something to a shell when nothing quotes it. */
  private static final String SPECIAL = "|&;<>()$`*?[]~{}!^";

  private final String text;
  private final StringBuilder word = new StringBuilder();
  private final List<String> words = new ArrayList<>();
  private int at;
  private boolean inWord;

  private ShellWords(String text) {
    this.text = text;
  }

  /** The words of a text; empty when a shell would make anything else of it. */
  static Optional<List<String>> split(String text) {
    ShellWords reader = new ShellWords(text);
    if (!reader.read() || reader.words.isEmpty()) {
      return Optional.empty();
    }
    boolean assigns = CommandForms.ASSIGNMENT.matcher(reader.words.getFirst()).matches();
    return assigns ? Optional.empty() : Optional.of(List.copyOf(reader.words));
  }

  /** A text whose words are these, with single quotes where quotes are needed. */
  static String join(List<String> words) {
    List<String> quoted = new ArrayList<>();
    for (String word : words) {
      quoted.add(
          PLAIN.matcher(word).matches() && !(quoted.isEmpty() && word.contains("="))
              ? word
              : "'" + word.replace("'", "'\\''") + "'");
    }
    return String.join(" ", quoted);
  }

  private boolean read() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      boolean understood =
          switch (c) {
            case ' ', '\t' -> endWord();
            case '\'' -> singleQuoted();
            case '"' -> doubleQuoted();
            case '\\' -> escaped();
            default -> unquoted(c);
          };
      if (!understood) {
        return false;
      }
    }
    return endWord();
  }

  private boolean endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
    return true;
  }

  private boolean singleQuoted() {
    inWord = true;
    int end = text.indexOf('\'', at);
    if (end < 0) {
      return false;
    }
    word.append(text, at, end);
    at = end + 1;
    return true;
  }

  private boolean doubleQuoted() {
    inWord = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c == '$' || c == '`') {
        return false;
      }
      if (c != '\\') {
        word.append(c);
      } else if (at == text.length() || text.charAt(at) == '\n') {
        return false;
      } else if ("$`\"\\".indexOf(text.charAt(at)) >= 0) {
        word.append(text.charAt(at++));
      } else {
        word.append(c);
      }
    }
    return false;
  }

  private boolean escaped() {
    if (at == text.length() || ESCAPABLE.indexOf(text.charAt(at)) < 0) {
      return false;
    }
    inWord = true;
    word.append(text.charAt(at++));
    return true;
  }

  private boolean unquoted(char c) {
    // What looks like a blank but is none would make one word look like two.
    boolean unclear = Character.isISOControl(c) || Character.isWhitespace(c) || isSpace(c);
    if (unclear || SPECIAL.indexOf(c) >= 0 || (c == '#' && !inWord)) {
      return false;
    }
    inWord = true;
    word.append(c);
    return true;
  }

  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c) || c == '\uFEFF';
  }
}
