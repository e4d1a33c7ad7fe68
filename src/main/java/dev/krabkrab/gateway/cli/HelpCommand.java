package dev.krabkrab.gateway.cli;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code krabkrab help}. */
@Command(
    name = "help",
    description = "Explains a command.",
    footer = {"", "Examples:", "  krabkrab help", "  krabkrab help devices approve"})
final class HelpCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Which one. Default: all of them in short.")
  private List<String> words = List.of();

  @Spec private @Nullable CommandSpec spec;

  private final CliContext context;

  HelpCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    CommandLine own = Objects.requireNonNull(spec).commandLine();
    CommandLine found = own.getParent();
    for (String word : words) {
      CommandLine next = found.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            own,
            "There is no command '"
                + String.join(" ", words)
                + "'; "
                + found.getCommandSpec().qualifiedName()
                + " has no '"
                + word
                + "'.");
      }
      found = next;
    }
    found.usage(Printer.raw(context.out()));
    return ExitCodes.OK;
  }
}
