package dev.krabkrab.gateway.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what is wrong with a command line in one line, and where help is in another. */
final class UsagePrinter implements IParameterExceptionHandler {
  private static final int PROPOSED = 3;

  private final CliContext context;

  UsagePrinter(CliContext context) {
    this.context = context;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine line = failure.getCommandLine();
    String message = message(failure) + proposals(failure);
    String hint = see(line);
    if (Arrays.asList(args).contains("--json")) {
      context
          .err()
          .println(
              Json.compact(
                  Json.object()
                      .put("message", message)
                      .put("exitCode", ExitCodes.USAGE)
                      .put("hint", hint)));
    } else {
      context.err().println("krabkrab: " + message);
      context.err().println(hint);
    }
    return ExitCodes.USAGE;
  }

  /** Where a command is explained. */
  static String see(CommandLine line) {
    String name = line.getCommandSpec().qualifiedName();
    return "See `" + Program.name() + name.substring(name.split(" ")[0].length()) + " --help`.";
  }

  private static String message(ParameterException failure) {
    CommandLine line = failure.getCommandLine();
    boolean word =
        failure instanceof UnmatchedArgumentException unmatched
            && !unmatched.isUnknownOption()
            && !line.getSubcommands().isEmpty();
    return word
        ? "There is no command '"
            + ((UnmatchedArgumentException) failure).getUnmatched().getFirst()
            + "'"
        : String.valueOf(failure.getMessage());
  }

  private static String proposals(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    List<String> proposed =
        unmatched.getSuggestions().stream()
            .map(name -> name.substring(name.lastIndexOf(' ') + 1))
            .distinct()
            .limit(PROPOSED)
            .toList();
    return proposed.isEmpty() ? "" : ", did you mean " + String.join(", ", proposed) + "?";
  }
}
