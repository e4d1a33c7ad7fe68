package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.access.audit.CommandText;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether {@code allow-always} can become a rule, and of which terms. Fails closed. ADR 20. */
sealed interface RuleEligibility {
  /** It can. */
  record Yes(RuleTerms of) implements RuleEligibility {
    @Override
    public String terms() {
      return Json.text(of.json());
    }

    @Override
    public String key() {
      return of.key();
    }

    @Override
    public String reason() {
      return "";
    }
  }

  /**
   * It cannot.
   *
   * @param reason for people, in words that follow "no rule:"
   */
  record No(String reason) implements RuleEligibility {
    @Override
    public String terms() {
      return "";
    }

    @Override
    public String key() {
      return "";
    }
  }

  /** The terms of the rule as JSON, or blank. */
  String terms();

  /** What the rule is found by, or blank. */
  String key();

  /** Why there can be none, or blank. */
  String reason();

  /** Longest command a rule is made of, in characters: a person has to read it as a rule. */
  int LONGEST = 500;

  /** A plain path from the root: no empty part, no dot parts, nothing that stands for others. */
  Pattern POSIX = Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[^/*?\\[\\]{}\\\\]+)+");

  Pattern WINDOWS =
      Pattern.compile("[A-Za-z]:(?:[\\\\/](?!\\.{1,2}(?:[\\\\/]|$))[^\\\\/:*?\"<>|~\\[\\]{}]+)+");

  /** Places whose files are others' files. */
  Pattern BORROWED = Pattern.compile("/(?:proc|dev)/.*");

  /** Folders in which everybody, or whoever asks, puts what he likes. */
  Pattern SHARED =
      Pattern.compile(
          "(?i)/(?:private/)?(?:var/)?tmp/.*|/(?:private/)?var/folders/.*|/run/user/.*"
              + "|[A-Z]:/(?:.*/)?te?mp/.*");

  /**
   * Looks at what a request says it will run.
   *
   * @param terms a program that is blank was not named with its full path
   * @param variables names of those it sets; a rule is made of none, since their values are kept
   *     nowhere
   */
  static RuleEligibility of(RuleTerms terms, List<String> variables) {
    String reason = objection(terms);
    if (reason == null && !variables.isEmpty()) {
      reason = "the command is given variables, which a rule does not keep";
    }
    return reason == null ? new Yes(terms) : new No(reason);
  }

  private static @Nullable String objection(RuleTerms terms) {
    if (terms.asker().isBlank()) {
      return "who asks has no device that a rule could be bound to";
    }
    if (terms.agentId().isBlank()) {
      return "the request names no agent";
    }
    if (terms.nodeId().isBlank()) {
      return "the request names no node";
    }
    if (terms.argv().isEmpty()) {
      return "the request does not say word by word what runs";
    }
    return program(terms);
  }

  private static @Nullable String program(RuleTerms terms) {
    String first = terms.argv().getFirst();
    List<String> arguments = terms.argv().subList(1, terms.argv().size());
    // A shell by a bare name is a shell: that is the reason to give.
    String launcher = CommandRunners.why(first, arguments);
    if (launcher == null && !terms.program().isBlank()) {
      launcher = CommandRunners.why(terms.program(), arguments);
    }
    if (launcher != null) {
      return launcher;
    }
    if (!isFullPath(first) || !isFullPath(terms.program())) {
      return "the program is not named with its full path, and a bare name leads elsewhere on each"
          + " machine";
    }
    if (!first.equals(terms.program())) {
      // The node starts the first word. What it leads to there, nobody here can tell.
      return "resolvedPath names another program than the first word, which is what runs";
    }
    if (isReplaceable(terms.program(), terms.cwd())) {
      return "the program is in a folder where whoever works there can put another in its place";
    }
    return words(terms);
  }

  /** Whether it lies below the folder it works in, or where files come and go. */
  private static boolean isReplaceable(String program, String cwd) {
    String path = program.replace('\\', '/');
    String folder = cwd.replace('\\', '/').replaceAll("/+$", "") + "/";
    boolean root = folder.length() <= 3;
    return SHARED.matcher(path).matches()
        || (!root && path.regionMatches(true, 0, folder, 0, folder.length()));
  }

  private static @Nullable String words(RuleTerms terms) {
    String all = String.join(" ", terms.argv()) + " " + terms.cwd();
    if (all.length() > LONGEST) {
      return "the command is longer than " + LONGEST + " characters, which nobody reads as a rule";
    }
    if (!all.codePoints().allMatch(RuleEligibility::isVisible)) {
      return "the command has characters that cannot be seen";
    }
    if (new CommandText(all).kept().contains("***") && !all.contains("***")) {
      return "the command seems to hold a secret, which a rule would keep and show";
    }
    return null;
  }

  /** Whether this leads to the same file from everywhere on its machine. */
  static boolean isFullPath(String path) {
    return (POSIX.matcher(path).matches() && !BORROWED.matcher(path).matches())
        || WINDOWS.matcher(path).matches();
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> !isBlankLetter(c);
    };
  }

  /** Letters and marks without a shape of their own. */
  private static boolean isBlankLetter(int c) {
    return c == 0x115F
        || c == 0x1160
        || c == 0x3164
        || c == 0xFFA0
        || c == 0x2800
        || c == 0x034F
        || (c >= 0xFE00 && c <= 0xFE0F)
        || (c >= 0xE0100 && c <= 0xE01EF);
  }
}
