package dev.krabkrab.gateway.platform.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in what the environment holds: {@code ${OPENAI_API_KEY}} in settings. */
public final class Variables {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private final UnaryOperator<String> environment;
  private final VariableRules rules;

  /**
   * @param environment of this process, by name; an empty text for a variable that is not set
   * @param rules which of them may be named
   */
  public Variables(UnaryOperator<String> environment, VariableRules rules) {
    this.environment = environment;
    this.rules = rules;
  }

  /** The names a setting has in it. */
  public static List<String> names(String text) {
    return new ArrayList<>(
        VARIABLE.matcher(text).results().map((MatchResult found) -> found.group(1)).toList());
  }

  /** What is left of a setting without the variables that could be filled in. */
  public static String without(String text) {
    return VARIABLE.matcher(text).replaceAll("");
  }

  /**
   * Fills a setting in.
   *
   * @param where the setting, for messages to the operator
   * @throws IllegalArgumentException when a variable is not set or may not be used, and when what
   *     comes of it is a placeholder for a hidden secret
   */
  public String fill(String where, String text) {
    Matcher variable = VARIABLE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (variable.find()) {
      String name = variable.group(1);
      if (!rules.allows(name)) {
        throw new IllegalArgumentException(where + " " + VariableRules.refusal(name));
      }
      String value = environment.apply(name);
      if (value.isEmpty()) {
        throw new IllegalArgumentException(
            where + " needs the environment variable " + name + ", which is not set");
      }
      if (Placeholders.is(value)) {
        throw new IllegalArgumentException(
            where + " is given by " + name + ", which holds a placeholder for a hidden secret");
      }
      variable.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    String whole = variable.appendTail(filled).toString();
    if (Placeholders.isUnmistakable(whole)) {
      throw new IllegalArgumentException(
          where + " is a placeholder for a hidden secret; write the secret itself");
    }
    return whole;
  }
}
