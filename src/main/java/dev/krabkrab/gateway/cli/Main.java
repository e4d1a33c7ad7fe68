package dev.krabkrab.gateway.cli;

import picocli.CommandLine;

/** Entry point of the jar: {@code krabkrab <command>}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String[] args) {
    CliContext context = CliContext.ofProcess();
    int code = run(context, args);
    // What was printed without a line's end is still on its way.
    context.out().flush();
    context.err().flush();
    System.exit(code);
  }

  /**
   * Runs one command.
   *
   * @return one of {@link ExitCodes}
   */
  public static int run(CliContext context, String... args) {
    CommandLine line = Commands.create(context, args);
    if (args.length == 0) {
      line.usage(Printer.raw(context.err()));
      return ExitCodes.USAGE;
    }
    return line.execute(args);
  }
}
