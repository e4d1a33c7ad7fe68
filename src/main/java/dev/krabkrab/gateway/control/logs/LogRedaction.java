package dev.krabkrab.gateway.control.logs;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Takes secrets out of a text before it is kept where whoever may read logs can read it: those the
 * gateway knows, and what looks like one. Protocol 03 §3.
 */
final class LogRedaction {
  static final String HIDDEN = "***";

  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          rule("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}", "$1 " + HIDDEN),
          rule(
              "(?i)((?:token|password|secret|api[_-]?key|private[_-]?key)[\"']?\\s*[=:]\\s*[\"']?)"
                  + "[^\\s\"',;&}\\])]{4,}",
              "$1" + HIDDEN),
          rule("(://[^/\\s:@]*:)[^/\\s@]+@", "$1" + HIDDEN + "@"),
          rule("\\beyJ[\\w-]{5,}\\.[\\w-]{5,}\\.[\\w-]*", HIDDEN),
          rule("\\b(?:sk|rk|xoxb|xoxp|xapp|ghp|gho)[-_][A-Za-z0-9_-]{12,}", HIDDEN),
          rule("\\b(?:bot)?\\d{6,}:[A-Za-z0-9_-]{30,}", HIDDEN));

  private final Supplier<List<String>> known;

  /**
   * @param known secrets of this deployment as they are now, the longest first
   */
  LogRedaction(Supplier<List<String>> known) {
    this.known = known;
  }

  private static Rule rule(String pattern, String replacement) {
    return new Rule(Pattern.compile(pattern), replacement);
  }

  /** The text without secrets. */
  String clean(String text) {
    String clean = text;
    for (String secret : known.get()) {
      clean = clean.replace(secret, HIDDEN);
    }
    for (Rule rule : RULES) {
      clean = rule.pattern().matcher(clean).replaceAll(rule.replacement());
    }
    return clean;
  }
}
