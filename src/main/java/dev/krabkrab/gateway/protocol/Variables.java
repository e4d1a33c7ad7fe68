package dev.krabkrab.gateway.protocol;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in what the environment holds: {@code ${OPENAI_API_KEY}} in settings. */
public final class Variables {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_][A-Z0-9_]*)}");

  /** What the gateway itself is told by environment is nobody's business. */
  private static final String OWN = "KRABKRAB_";

  private final UnaryOperator<String> environment;
  private final String allowed;

  /**
   * @param environment of this process, by name; an empty text for a variable that is not set
   * @param allowed how variables begin that are the gateway's own and may be used all the same
   */
  public Variables(UnaryOperator<String> environment, String allowed) {
    this.environment = environment;
    this.allowed = allowed;
  }

  /**
   * Fills a setting in.
   *
   * @param where the setting, for messages to the operator
   * @throws IllegalArgumentException when a variable is not set, or may not be used
   */
  public String fill(String where, String text) {
    Matcher variable = VARIABLE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (variable.find()) {
      String name = variable.group(1);
      if (name.startsWith(OWN) && !name.startsWith(allowed)) {
        throw new IllegalArgumentException(
            where + " may not use ${" + name + "}; of the gateway's own only " + allowed + "*");
      }
      String value = environment.apply(name);
      if (value.isEmpty()) {
        throw new IllegalArgumentException(
            where + " needs the environment variable " + name + ", which is not set");
      }
      variable.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return variable.appendTail(filled).toString();
  }
}
