package dev.krabkrab.gateway.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options every command that asks a gateway something has. */
final class ClientOptions extends ConnectionOptions {
  @Option(
      names = "--scopes",
      paramLabel = "SCOPE",
      split = ",",
      description = "Connect with these scopes instead of the least the command needs.")
  @Nullable List<String> scopes;

  @Option(names = "--json", description = "Print the raw payload as JSON.")
  boolean json;
}
