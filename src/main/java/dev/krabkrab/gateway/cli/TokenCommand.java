package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab token}: the shared token of the gateway on this machine. */
@Command(
    name = "token",
    description = "Prints the shared token of the gateway on this machine.",
    footer = {
      "",
      "Looks at gateway.auth.token in the configuration file, then at KRABKRAB_GATEWAY_TOKEN (or",
      "OPENCLAW_, CLAWDBOT_, MOLTBOT_GATEWAY_TOKEN), then at the token the gateway generated at"
          + " its",
      "first start. Treat it like a password: who has it may ask to pair.",
      "",
      "Examples:",
      "  krabkrab token",
      "  krabkrab health --url ws://10.0.0.7:18789 --token \"$(krabkrab token)\""
    })
final class TokenCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print token and source as JSON.")
  private boolean json;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file. Default: KRABKRAB_CONFIG.")
  private @Nullable Path config;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "State directory. Default: KRABKRAB_STATE_DIR, else ~/.krabkrab.")
  private @Nullable Path stateDir;

  private final CliContext context;

  TokenCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Environment environment = new Environment(context);
    Path configPath =
        config != null ? config : environment.get("KRABKRAB_CONFIG").map(Path::of).orElse(null);
    Path directory = stateDir != null ? stateDir : environment.stateDir();
    Secrets.Found token =
        new Secrets(ConfigFile.read(configPath), environment, directory)
            .token()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCodes.FAILED,
                        "no gateway token found",
                        "A gateway generates one at its first start: `krabkrab gateway`. If it"
                            + " runs elsewhere or with another state directory, use --state-dir"
                            + " (looked in "
                            + directory
                            + ")."));
    context
        .out()
        .println(
            json
                ? Json.object().put("token", token.value()).put("source", token.source())
                : token.value());
    return ExitCodes.OK;
  }
}
