package dev.krabkrab.gateway.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code krabkrab completion}. */
@Command(
    name = "completion",
    description = "Prints a script that lets bash and zsh complete commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(krabkrab completion)                 in this shell",
      "  krabkrab completion > /etc/bash_completion.d/krabkrab    for everybody"
    })
final class CompletionCommand implements Callable<Integer> {
  private final CliContext context;

  CompletionCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.out().print(AutoComplete.bash("krabkrab", Commands.create(context)));
    return ExitCodes.OK;
  }
}
