package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab man}: what the archives of a release bring their pages from. */
@Command(
    name = "man",
    description = "Writes a page for man(1) for each command.",
    footer = {
      "",
      "Archives of a release have them in man.",
      "",
      "Examples:",
      "  krabkrab man man/man1",
      "  man -M \"$PWD/man\" krabkrab-devices"
    })
final class ManCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Where to; it is made when it is missing.")
  private @Nullable Path directory;

  private final CliContext context;

  ManCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path target = Objects.requireNonNull(directory);
    try {
      Files.createDirectories(target);
      write(Commands.create(context), target);
    } catch (IOException e) {
      throw CliException.local("cannot write to " + target + ": " + e.getMessage(), null, e);
    }
    return ExitCodes.OK;
  }

  private static void write(CommandLine line, Path target) throws IOException {
    if (line.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    String name = ManPage.name(line.getCommandSpec());
    Files.writeString(target.resolve(name + ".1"), ManPage.text(line.getCommandSpec()));
    for (CommandLine below : line.getSubcommands().values()) {
      write(below, target);
    }
  }
}
