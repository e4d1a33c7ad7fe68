package dev.krabkrab.gateway.edge.metrics;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the names of series out of an expression of Prometheus. */
final class PromQl {
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\s*\\()\\b");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring");

  private PromQl() {}

  static Set<String> series(String expression) {
    String bare = TEXT.matcher(expression).replaceAll("");
    bare = bare.replaceAll("\\{[^}]*}", " ").replaceAll("\\[[^]]*]", " ");
    bare = LABELS.matcher(bare).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(bare);
    while (matcher.find()) {
      boolean number = matcher.start() > 0 && isNumeric(bare.charAt(matcher.start() - 1));
      if (!number && !WORDS.contains(matcher.group()) && !called(bare, matcher.end())) {
        names.add(matcher.group());
      }
    }
    return names;
  }

  private static boolean isNumeric(char before) {
    return Character.isDigit(before) || before == '.';
  }

  private static boolean called(String text, int end) {
    return text.substring(end).stripLeading().startsWith("(");
  }
}
