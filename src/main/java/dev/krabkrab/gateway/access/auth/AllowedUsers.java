package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.List;

/**
 * Who of those whose name is known may come in.
 *
 * @param patterns names, or starts of names followed by {@code *}; none of them means everybody
 */
public record AllowedUsers(List<String> patterns) {
  private static final int MAX_NAME = 256;

  public AllowedUsers {
    patterns = List.copyOf(patterns);
  }

  /** Whether that one may. */
  public boolean allows(String user) {
    return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, user));
  }

  /** Whether a text can be somebody's name: 1 to 256 characters, all of which a person sees. */
  public static boolean isName(String text) {
    return !text.isBlank() && text.length() <= MAX_NAME && SafeText.line(text).equals(text);
  }

  private static boolean matches(String pattern, String user) {
    return pattern.endsWith("*")
        ? user.startsWith(pattern.substring(0, pattern.length() - 1))
        : user.equals(pattern);
  }
}
