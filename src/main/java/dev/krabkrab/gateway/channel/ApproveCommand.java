package dev.krabkrab.gateway.channel;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /approve <id> <decision>}, in either order, perhaps with {@code because <reason>} at its
 * end. Protocol 02 §5.
 *
 * @param id null when the command is not complete
 * @param reason why, or null when nobody said
 */
record ApproveCommand(@Nullable String id, String decision, @Nullable String reason) {
  static final String USAGE = "Usage: /approve <id> allow-once|allow-always|deny";

  private static final Pattern BECAUSE =
      Pattern.compile("(?is)(\\S+\\s+\\S+\\s+\\S+)\\s+because:?\\s+(\\S.*)");

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

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

  /** Whether an id is one word, and none of the command's own: others could be another command. */
  static boolean takes(String id) {
    return ID.matcher(id).matches() && !DECISIONS.containsKey(id.toLowerCase(Locale.ROOT));
  }

  /** Reads a message; null when it is no such command. */
  static @Nullable ApproveCommand of(String message) {
    Matcher because = BECAUSE.matcher(message.strip());
    boolean explained = because.matches();
    String command = explained ? because.group(1) : message.strip();
    String reason = explained ? because.group(2) : null;
    List<String> words = List.of(command.split("\\s+"));
    String first = words.getFirst().toLowerCase(Locale.ROOT).replaceFirst("@.*", "");
    if (!first.equals("/approve")) {
      return null;
    }
    if (words.size() == 3) {
      String second = DECISIONS.get(words.get(1).toLowerCase(Locale.ROOT));
      String third = DECISIONS.get(words.get(2).toLowerCase(Locale.ROOT));
      if (third != null) {
        return new ApproveCommand(words.get(1), third, reason);
      }
      if (second != null) {
        return new ApproveCommand(words.get(2), second, reason);
      }
    }
    return new ApproveCommand(null, "", null);
  }

  /** The command that a button gives. */
  static String button(String id, String decision) {
    return "/approve " + id + " " + decision;
  }
}
