package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.rpc.ProtocolBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab protocol gen}. */
@Command(
    name = "gen",
    description = "Writes the JSON Schema of all frames, methods and events.",
    footer = {
      "",
      "Examples:",
      "  krabkrab protocol gen > protocol.schema.json",
      "  krabkrab protocol gen docs/protocol/protocol.schema.json"
    })
final class ProtocolGenCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to; without it to standard output.")
  private @Nullable Path file;

  private final CliContext context;

  ProtocolGenCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (file == null) {
      context.out().print(ProtocolBundle.text());
      return ExitCodes.OK;
    }
    try {
      Files.writeString(file, ProtocolBundle.text());
    } catch (IOException e) {
      context.err().println("cannot write " + file + ": " + e.getMessage());
      return ExitCodes.FAILED;
    }
    context.out().println("wrote " + file);
    return ExitCodes.OK;
  }
}
