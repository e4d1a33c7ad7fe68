package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.rpc.ProtocolBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab protocol check}. */
@Command(
    name = "check",
    description =
        "Fails when schemas and methods disagree, or a written schema is not the current one.",
    footer = {"", "Example:", "  krabkrab protocol check docs/protocol/protocol.schema.json"})
final class ProtocolCheckCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "What `krabkrab protocol gen` wrote; without it only the installation is checked.")
  private @Nullable Path file;

  private final CliContext context;

  ProtocolCheckCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<String> problems = new ArrayList<>(ProtocolBundle.problems());
    if (file != null) {
      try {
        if (!Files.readString(file).equals(ProtocolBundle.text())) {
          problems.add(file + " is not current; write it with: krabkrab protocol gen " + file);
        }
      } catch (IOException e) {
        problems.add("cannot read " + file + ": " + e.getMessage());
      }
    }
    problems.forEach(context.err()::println);
    if (problems.isEmpty()) {
      context.out().println("schemas and methods agree");
    }
    return problems.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
  }
}
