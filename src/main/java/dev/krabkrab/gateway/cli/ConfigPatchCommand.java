package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab config patch}. */
@Command(
    name = "patch",
    description = "Merges an object into the shared configuration.",
    footer = {
      "",
      "Objects are merged, null removes, everything else replaces.",
      "",
      "Examples:",
      "  krabkrab config patch '{gateway:{nodes:{denyCommands:[\"system.run\"]}}}'",
      "  krabkrab config patch --file change.json5"
    })
final class ConfigPatchCommand extends ConfigChange {
  @Parameters(
      arity = "0..1",
      paramLabel = "JSON",
      description = "The object, JSON or JSON5. '-' reads standard input.")
  private @Nullable String patch;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file with the object.")
  private @Nullable Path file;

  private String raw = "";

  ConfigPatchCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    raw = Input.either(patch, file, context());
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    return write(client, "config.patch", raw);
  }
}
