package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab config apply}. */
@Command(
    name = "apply",
    description = "Replaces the shared configuration by a file.",
    footer = {
      "",
      "Examples:",
      "  krabkrab config apply -f gateway.json5",
      "  krabkrab config get --show-secrets | krabkrab config apply -f -"
    })
final class ConfigApplyCommand extends ConfigChange {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The whole document, JSON or JSON5. '-' reads standard input.")
  private @Nullable Path file;

  private String raw = "";

  ConfigApplyCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    raw = Input.either(null, file, context());
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    return write(client, "config.apply", raw);
  }
}
