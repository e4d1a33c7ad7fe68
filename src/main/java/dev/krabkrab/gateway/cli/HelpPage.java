package dev.krabkrab.gateway.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of one command, folded at blanks only, so that names of keys and variables stay whole.
 * What every command that talks to a gateway has stands in a section of its own.
 */
final class HelpPage {
  /** The only section that we hand to picocli. */
  private static final String SECTION = "page";

  /** The mixin of {@link ClientCommand}. */
  private static final String CONNECTION = "options";

  /** An option of that section that says what is printed, not where to. */
  private static final String JSON = "--json";

  private static final int TERM = 26;

  private final CommandSpec spec;
  private final Terminal terminal;
  private final List<String> lines = new ArrayList<>();

  HelpPage(CommandSpec spec, Terminal terminal) {
    this.spec = spec;
    this.terminal = terminal;
  }

  /** Lets a command, and all below it, explain themselves by such pages. */
  static void use(CommandLine line, Terminal terminal) {
    Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>();
    sections.put(SECTION, (Help help) -> new HelpPage(help.commandSpec(), terminal).text());
    line.setHelpSectionMap(sections).setHelpSectionKeys(List.of(SECTION));
  }

  private String text() {
    folded("Usage: " + synopsis(), "Usage: ".length() + 2);
    for (String sentence : spec.usageMessage().description()) {
      folded(sentence, 0);
    }
    section("Parameters", parameters());
    section("Options", options(false));
    section("Connection", options(true));
    section("Commands", commands());
    lines.addAll(Prose.of(spec.usageMessage().footer(), terminal));
    lines.add("");
    return String.join(System.lineSeparator(), lines);
  }

  /** The command with what it must be given. */
  String synopsis() {
    StringJoiner words = new StringJoiner(" ");
    words.add(spec.qualifiedName());
    words.add("[OPTIONS]");
    for (OptionSpec option : spec.options()) {
      if (option.required()) {
        words.add(option.longestName() + "=" + option.paramLabel());
      }
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      words.add(label(parameter));
    }
    if (!spec.subcommands().isEmpty()) {
      words.add(spec.userObject() instanceof Runnable ? "COMMAND" : "[COMMAND]");
    }
    return words.toString();
  }

  private static String label(PositionalParamSpec parameter) {
    String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
    return parameter.required() ? label : "[" + label + "]";
  }

  /** Parameters and what they are. */
  Map<String, String> parameters() {
    Map<String, String> entries = new LinkedHashMap<>();
    spec.positionalParameters()
        .forEach(parameter -> entries.put(parameter.paramLabel(), description(parameter)));
    return entries;
  }

  /** Options and what they do: those of the connection, or all others. */
  Map<String, String> options(boolean connection) {
    CommandSpec shared = spec.mixins().get(CONNECTION);
    Map<String, String> entries = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      boolean ours =
          shared != null
              && shared.optionsMap().containsKey(option.longestName())
              && !option.longestName().equals(JSON);
      if (!option.hidden() && ours == connection) {
        entries.put(term(option), description(option));
      }
    }
    return entries;
  }

  private static String term(OptionSpec option) {
    StringJoiner names = new StringJoiner(", ");
    for (String name : option.names()) {
      boolean negatable = option.negatable() && name.startsWith("--");
      names.add(negatable ? "--[no-]" + name.substring(2) : name);
    }
    String text = names.toString();
    boolean takesValue = option.arity().max() > 0;
    return (text.startsWith("--") ? "    " : "")
        + text
        + (takesValue ? (text.contains("--") ? "=" : " ") + option.paramLabel() : "");
  }

  private static String description(ArgSpec argument) {
    String text = String.join(" ", argument.description());
    StringJoiner candidates = new StringJoiner(", ");
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(candidates::add);
    }
    return text.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()))
        .replace("${COMPLETION-CANDIDATES}", candidates.toString());
  }

  /** The commands below this one and what they do. */
  Map<String, String> commands() {
    Map<String, String> entries = new LinkedHashMap<>();
    spec.subcommands()
        .forEach(
            (name, command) -> {
              CommandSpec below = command.getCommandSpec();
              if (!below.usageMessage().hidden() && name.equals(below.name())) {
                entries.put(name, String.join(" ", below.usageMessage().description()));
              }
            });
    return entries;
  }

  private void section(String title, Map<String, String> entries) {
    if (entries.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(terminal.bold(title));
    int widest = entries.keySet().stream().mapToInt(Columns::of).max().orElse(0);
    int term = Math.min(widest, TERM);
    entries.forEach((name, text) -> entry(name, text, term));
  }

  private void entry(String name, String text, int term) {
    int indent = 2 + term + 2;
    List<String> folded = Columns.words(text, terminal.helpColumns() - indent);
    String first = "  " + Columns.padded(name, term) + "  ";
    if (Columns.of(name) > term) {
      lines.add("  " + name);
      first = " ".repeat(indent);
    }
    for (String line : folded) {
      lines.add((first + line).stripTrailing());
      first = " ".repeat(indent);
    }
  }

  private void folded(String text, int indent) {
    String before = "";
    for (String line : Columns.words(text, terminal.helpColumns() - indent)) {
      lines.add(before + line);
      before = " ".repeat(indent);
    }
  }
}
