package dev.krabkrab.gateway.channels;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /approve <id> <decision>}, in either order. Protocol 02 §5.
 *
 * @param id null when the command is not complete
 */
record ApproveCommand(@Nullable String id, String decision) {
  static final String USAGE = "Usage: /approve <id> allow-once|allow-always|deny";

  private static final Map<String, String> DECISIONS =
      Map.ofEntries(
          Map.entry("allow", "allow-once"),
          Map.entry("once", "allow-once"),
          Map.entry("allow-once", "allow-once"),
          Map.entry("allowonce", "allow-once"),
          Map.entry("always", "allow-always"),
          Map.entry("allow-always", "allow-always"),
          Map.entry("allowalways", "allow-always"),
          Map.entry("deny", "deny"),
          Map.entry("reject", "deny"),
          Map.entry("block", "deny"));

  /** Reads a message; null when it is no such command. */
  static @Nullable ApproveCommand of(String message) {
    List<String> words = List.of(message.strip().split("\\s+"));
    String first = words.getFirst().toLowerCase(Locale.ROOT).replaceFirst("@.*", "");
    if (!first.equals("/approve")) {
      return null;
    }
    if (words.size() == 3) {
      String second = DECISIONS.get(words.get(1).toLowerCase(Locale.ROOT));
      String third = DECISIONS.get(words.get(2).toLowerCase(Locale.ROOT));
      if (third != null) {
        return new ApproveCommand(words.get(1), third);
      }
      if (second != null) {
        return new ApproveCommand(words.get(2), second);
      }
    }
    return new ApproveCommand(null, "");
  }

  /** The command that a button gives. */
  static String button(String id, String decision) {
    return "/approve " + id + " " + decision;
  }
}
