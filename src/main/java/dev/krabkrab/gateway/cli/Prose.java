package dev.krabkrab.gateway.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The text below a help's sections, folded to the terminal: lines of a paragraph are one text,
 * lines that are indented stay lines. A command that is too long goes on behind a backslash, as a
 * shell reads it; of two columns the second is folded.
 */
final class Prose {
  /** A word of a shell: within quotes a line's end would be part of it. */
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^ '\"])+");

  private static final String CONTINUED = " \\";
  private static final String FURTHER = "      ";

  private final int columns;
  private final List<String> lines = new ArrayList<>();
  private StringJoiner paragraph = new StringJoiner(" ");

  private Prose(int columns) {
    this.columns = columns;
  }

  static List<String> of(String[] text, Terminal terminal) {
    Prose prose = new Prose(terminal.helpColumns());
    for (String line : text) {
      prose.add(line);
    }
    prose.end();
    prose.lines.replaceAll(line -> isTitle(line) ? terminal.bold(bare(line)) : line);
    return prose.lines;
  }

  /** Whether a line begins a section. */
  static boolean isTitle(String line) {
    return line.matches("[A-Z][a-z]+( codes)?:");
  }

  private static String bare(String title) {
    return title.substring(0, title.length() - 1);
  }

  private void add(String line) {
    if (!line.isBlank() && !line.startsWith(" ")) {
      paragraph.add(line);
      return;
    }
    end();
    if (Columns.of(line) <= columns) {
      lines.add(line);
      return;
    }
    int second = secondColumn(line);
    if (second > 0) {
      hanging(line, second);
    } else {
      command(line);
    }
  }

  private void end() {
    if (paragraph.length() > 0) {
      lines.addAll(Columns.words(paragraph.toString(), columns));
      paragraph = new StringJoiner(" ");
    }
  }

  /** The index at which the text behind a gap begins, or 0 when there is none. */
  private static int secondColumn(String line) {
    int begin = line.length() - line.stripLeading().length();
    int gap = line.indexOf("  ", begin);
    if (gap < 0) {
      return 0;
    }
    int at = gap;
    while (line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private void hanging(String line, int second) {
    String before = line.substring(0, second);
    for (String text : Columns.words(line.substring(second), columns - second)) {
      lines.add(before + text);
      before = " ".repeat(second);
    }
  }

  private void command(String line) {
    String indent = line.substring(0, line.length() - line.stripLeading().length());
    List<String> folded =
        Columns.words(
            WORD.matcher(line.strip()).results().map(MatchResult::group).toList(),
            columns - FURTHER.length() - CONTINUED.length());
    for (int i = 0; i < folded.size(); i++) {
      boolean last = i == folded.size() - 1;
      lines.add((i == 0 ? indent : FURTHER) + folded.get(i) + (last ? "" : CONTINUED));
    }
  }
}
