package dev.krabkrab.gateway.access.audit;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command line as it may be kept: bounded, with {@code ***} in place of whatever looks like a
 * secret. Hides rather too much than too little.
 *
 * @param kept what is left
 */
public record CommandText(String kept) {
  static final String HIDDEN = "***";
  static final int MOST = 500;

  /**
   * Read at most, in characters: so far beyond what is kept that a secret is known by its
   * beginning, and so little that no text makes the patterns slow, which run on an event loop.
   */
  public static final int READ = MOST + 100;

  private static final String SECRET_WORD =
      "[\\w.-]*(?:passw|passphrase|pwd|token|secret|api[_-]?key|apikey|access[_-]?key|private[_-]?key"
          + "|credential|auth|bearer|cookie|session[_-]?key|signature)[\\w.-]*";
  private static final String VALUE = "(?:\"(?:\\\\.|[^\"\\\\])*+\"?|'[^']*+'?|[^\\s\"',;|&)]++)";

  private static final String VALUES = VALUE + "(?:" + VALUE + ")*+";

  /** Where a word begins. Trying one again from each of its parts would cost its length squared. */
  private static final String START = "(?<![\\w.-])";

  private static final List<String> WORDS =
      List.of(
          "passw",
          "passphrase",
          "pwd",
          "token",
          "secret",
          "key",
          "credential",
          "auth",
          "bearer",
          "cookie",
          "signature");

  private static final List<Rule> RULES =
      List.of(
          rule("([a-z][a-z0-9+.-]*://)[^/@\\s\"']*@", "://"),
          rule("((?:proxy-)?authorization[\"']?\\s*[:=]\\s*[\"']?)[^\"'\\r\\n]+", "authorization"),
          rule("(" + START + SECRET_WORD + "[\"']?\\s*[:=]\\s*)" + VALUES, WORDS),
          rule("(" + START + "--?" + SECRET_WORD + "\\s+)" + VALUE, WORDS),
          rule("((?:^|[\\s;&|(])(?-i:[A-Z_][A-Z0-9_]*)=)" + VALUES, "="),
          rule("((?<![\\w-])(?:-u|--user|--proxy-user)[\\s=]*)[^\\s:]+:[^\\s]+", "-u", "user"),
          rule(
              "((?:mysql|mysqldump|mysqladmin|mariadb|sshpass|redis-cli)\\b.*?\\s-[pa]\\s*)\\S+",
              "mysql",
              "mariadb",
              "sshpass",
              "redis-cli"),
          rule("()\\b(?:sk|pk|rk)[-_][-_A-Z0-9]{10,}", "sk", "pk", "rk"),
          rule("()\\b(?:ghp|gho|ghs|github_pat|glpat)[-_A-Z0-9]{10,}", "gh", "github", "glpat"),
          rule("()\\b(?:xox[a-z]|AKIA|ASIA)[-_A-Z0-9]{10,}", "xox", "akia", "asia"),
          rule("()\\beyJ[\\w-]+\\.[\\w-]+(?:\\.[\\w-]*)?", "eyj"),
          rule("(-----BEGIN [A-Z ]*)KEY-----.*", "-----begin"));

  private static final int LONG_RUN = 41;
  private static final Pattern LONG =
      Pattern.compile("\\b(?=[\\w+-]*\\d)[\\w+-]{" + LONG_RUN + ",}={0,2}");

  /**
   * How one kind of secret looks.
   *
   * @param hints without any of these in the text, in lower case, there is nothing to look for
   * @param pattern what stays is in group 1
   */
  private record Rule(List<String> hints, Pattern pattern) {
    String applied(String text, String lower) {
      for (String hint : hints) {
        if (lower.contains(hint)) {
          Matcher matcher = pattern.matcher(text);
          return matcher.find() ? matcher.replaceAll("$1" + HIDDEN) : text;
        }
      }
      return text;
    }
  }

  /** Takes the command as it is run. */
  public CommandText {
    kept = bounded(hidden(kept));
  }

  private static String hidden(String command) {
    String text = command.length() <= READ ? command : command.substring(0, READ);
    String lower = text.toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      text = rule.applied(text, lower);
    }
    return hasLongRun(text) ? LONG.matcher(text).replaceAll(HIDDEN) : text;
  }

  private static boolean hasLongRun(String text) {
    int run = 0;
    for (int i = 0; i < text.length() && run < LONG_RUN; i++) {
      char c = text.charAt(i);
      run = Character.isLetterOrDigit(c) || c == '_' || c == '+' || c == '-' ? run + 1 : 0;
    }
    return run >= LONG_RUN;
  }

  private static String bounded(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
  }

  private static Rule rule(String expression, String... hints) {
    return rule(expression, List.of(hints));
  }

  private static Rule rule(String expression, List<String> hints) {
    return new Rule(hints, Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL));
  }
}
