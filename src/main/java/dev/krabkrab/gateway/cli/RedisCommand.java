package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab redis}. */
@Command(
    name = "redis",
    description = "Runs the embedded Redis alone, until it is stopped.",
    footer = {
      "",
      "Gateways started with the same state directory join it; it outlives each of them.",
      "",
      "Examples:",
      "  krabkrab redis",
      "  krabkrab redis --port 6390 --state-dir /var/lib/krabkrab"
    })
final class RedisCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Bounded.ListenPort.class,
      description =
          "Loopback port besides the socket in the state directory; 0 takes a free one. Default:"
              + " KRABKRAB_REDIS_PORT, redis.port, else none.")
  private @Nullable Integer port;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (JSON or JSON5). Environment: KRABKRAB_CONFIG.")
  private @Nullable Path config;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Where the data is. Environment: KRABKRAB_STATE_DIR. Default: ~/.krabkrab.")
  private @Nullable Path stateDir;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log more.")
  private boolean verbose;

  @Override
  public Integer call() {
    LogLevel.raise(verbose);
    return Launchers.find(RedisLauncher.class, "the embedded Redis")
        .run(new RedisFlags(port, config, stateDir, verbose));
  }
}
