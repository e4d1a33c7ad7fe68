package dev.krabkrab.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code krabkrab version}. */
@Command(name = "version", description = "Prints the version of this installation.")
final class VersionCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  private final CliContext context;

  VersionCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context
        .out()
        .println(
            json
                ? "{\"version\":\"%s\",\"protocols\":[3,4],\"java\":\"%s\"}"
                    .formatted(Version.current(), Runtime.version())
                : text());
    return ExitCodes.OK;
  }

  private static String text() {
    return "krabkrab %s (protocols 3 and 4, Java %s)"
        .formatted(Version.current(), Runtime.version());
  }

  /** The same for {@code krabkrab --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }
  }
}
