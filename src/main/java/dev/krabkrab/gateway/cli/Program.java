package dev.krabkrab.gateway.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Commands that are told to the user as the user can paste them: with the path the launcher was
 * called by, and with the place and identity that were given.
 */
final class Program {
  private static final String PROPERTY = "krabkrab.command";
  private static final String NAME = "krabkrab";

  /** Where a command is told in a text. */
  private static final Pattern TOLD = Pattern.compile("(?<![\\w/.-])krabkrab((?: [a-z]+)+)");

  /** What says which gateway, and who is asking; secrets are not repeated. */
  private static final List<String> CARRIED =
      List.of("--url", "--tls-fingerprint", "--config", "--state-dir");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./~-]+");

  private final CliContext context;
  private final List<String> given = new ArrayList<>();

  /**
   * @param line the command that runs; null to repeat none of its options
   */
  Program(CliContext context, @Nullable CommandLine line) {
    this.context = context;
    ParseResult parsed = line == null ? null : line.getParseResult();
    if (parsed == null) {
      return;
    }
    for (String name : CARRIED) {
      OptionSpec option = parsed.matchedOption(name);
      if (option != null && !option.stringValues().isEmpty()) {
        given.add(name);
        given.add(option.stringValues().getLast());
      }
    }
  }

  /** How the launcher was called. */
  static String name() {
    return quoted(System.getProperty(PROPERTY, NAME));
  }

  /** The text with its commands as they can be pasted. */
  String told(String text) {
    Matcher matcher = TOLD.matcher(text);
    if (!matcher.find()) {
      return text;
    }
    CommandLine root = given.isEmpty() ? null : Commands.create(context);
    Set<String> commands = Commands.names(context);
    return matcher.replaceAll(
        found ->
            Matcher.quoteReplacement(
                commands.contains(found.group(1).strip().split(" ")[0])
                    ? name() + words(root, found.group(1))
                    : found.group()));
  }

  /** The words of a command, the options behind those that name it. */
  private String words(@Nullable CommandLine root, String words) {
    if (root == null) {
      return words;
    }
    CommandLine at = root;
    StringBuilder named = new StringBuilder();
    for (String word : words.strip().split(" ")) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      at = next;
      named.append(' ').append(word);
    }
    return named + options(at.getCommandSpec()) + words.substring(named.length());
  }

  private String options(CommandSpec spec) {
    StringBuilder options = new StringBuilder();
    for (int i = 0; i < given.size(); i += 2) {
      if (spec.findOption(given.get(i)) != null && !spec.name().equals(NAME)) {
        options.append(' ').append(given.get(i)).append(' ').append(quoted(given.get(i + 1)));
      }
    }
    return options.toString();
  }

  /** As a shell takes it for one word. */
  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
