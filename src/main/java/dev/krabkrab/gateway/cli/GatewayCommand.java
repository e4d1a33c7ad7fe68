package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab gateway}: reads the flags and hands them to the application. */
@Command(
    name = "gateway",
    description = "Runs one gateway instance, until it is stopped.",
    footer = {
      "",
      "A flag wins over its environment variable, which wins over the configuration file. Without"
          + " a",
      "Redis address the instance runs an embedded Redis in the state directory; a second instance",
      "with the same state directory joins it. Secrets are better given by environment than by",
      "flag: flags are visible in the process list. <NAME>_FILE instead of a variable names a file",
      "that holds its value.",
      "",
      "Told to stop, by SIGTERM or Ctrl-C, it sends its clients away and ends with exit code 0.",
      "",
      "Examples:",
      "  krabkrab gateway",
      "  krabkrab gateway --port 18790",
      "  krabkrab gateway --bind 0.0.0.0 --redis-url redis://redis:6379 --config gateway.json5",
      "  krabkrab gateway --tls --tls-cert tls.crt --tls-key tls.key"
    })
final class GatewayCommand implements Callable<Integer> {
  private static final List<String> MODES = List.of("token", "password", "none");

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      converter = Bounded.ListenPort.class,
      description = "Port to listen on; 0 takes a free one. KRABKRAB_PORT. Default: 18789.")
  private @Nullable Integer port;

  @Option(
      names = {"--bind", "--host"},
      paramLabel = "ADDRESS",
      description = "Address to listen on. KRABKRAB_BIND. Default: 127.0.0.1.")
  private @Nullable String bind;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file (JSON or JSON5). KRABKRAB_CONFIG.")
  private @Nullable Path config;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Shared token clients must know. KRABKRAB_GATEWAY_TOKEN, then OPENCLAW_, CLAWDBOT_,"
              + " MOLTBOT_GATEWAY_TOKEN. Default: generated at the first start.")
  private @Nullable String token;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      description = "Shared password instead of a token. KRABKRAB_GATEWAY_PASSWORD.")
  private @Nullable String password;

  @Option(
      names = "--auth",
      paramLabel = "MODE",
      description = "How clients prove themselves: token, password or none. KRABKRAB_AUTH.")
  private @Nullable String auth;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Keys, generated token and embedded Redis. KRABKRAB_STATE_DIR. Default: ~/.krabkrab.")
  private @Nullable Path stateDir;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Separates gateways that share one Redis. KRABKRAB_NAMESPACE.")
  private @Nullable String namespace;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      description = "External Redis, like redis://host:6379. KRABKRAB_REDIS_URL.")
  private @Nullable String redisUrl;

  @Option(
      names = "--redis-port",
      paramLabel = "PORT",
      converter = Bounded.ListenPort.class,
      description =
          "Loopback port on which the embedded Redis listens too; 0 takes a free one."
              + " KRABKRAB_REDIS_PORT. Default: none, only a socket in the state directory.")
  private @Nullable Integer redisPort;

  @Option(
      names = "--env-allow",
      paramLabel = "NAME[,NAME]",
      description =
          "Environment variables that the configuration may name as $${NAME}, besides KRABKRAB_*"
              + " and those of known providers. KRABKRAB_ENV_ALLOW.")
  private @Nullable String envAllow;

  @Option(
      names = "--dangerously-open-to-network",
      description =
          "Serve other hosts in mode none, without any secret."
              + " KRABKRAB_DANGEROUSLY_OPEN_TO_NETWORK.")
  private @Nullable Boolean openToNetwork;

  @Option(
      names = "--instance",
      paramLabel = "ID",
      description = "Id of this instance, unique in the namespace. KRABKRAB_INSTANCE.")
  private @Nullable String instance;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      converter = Bounded.ListenPort.class,
      description =
          "Port for probes and metrics; 0 takes a free one. KRABKRAB_MANAGEMENT_PORT. Default:"
              + " none.")
  private @Nullable Integer managementPort;

  @Option(
      names = "--tls",
      negatable = true,
      description =
          "Listen with TLS; without files a certificate is generated. --no-tls refuses it."
              + " KRABKRAB_TLS.")
  private @Nullable Boolean tls;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Certificate chain, PEM; implies --tls. KRABKRAB_TLS_CERT.")
  private @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Private key, PEM. KRABKRAB_TLS_KEY.")
  private @Nullable Path tlsKey;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log more. KRABKRAB_VERBOSE.")
  private boolean verbose;

  @Override
  public Integer call() {
    GatewayFlags flags = flags();
    LogLevel.raise(verbose);
    return Launchers.find(GatewayLauncher.class, "a gateway").run(flags);
  }

  private GatewayFlags flags() {
    if (auth != null && !MODES.contains(auth)) {
      throw CliException.usage(
          "unknown --auth " + auth, "It is one of " + String.join(", ", MODES) + ".");
    }
    if ((tlsCert == null) != (tlsKey == null)) {
      throw CliException.usage("--tls-cert and --tls-key belong together", "Give both.");
    }
    if (tlsCert != null && Boolean.FALSE.equals(tls)) {
      throw CliException.usage("--no-tls contradicts --tls-cert", "Leave one of them away.");
    }
    return new GatewayFlags(
        port,
        bind,
        config,
        token,
        password,
        auth,
        stateDir,
        namespace,
        redisUrl,
        redisPort,
        envAllow,
        openToNetwork,
        instance,
        managementPort,
        tlsCert != null ? Boolean.TRUE : tls,
        tlsCert,
        tlsKey,
        verbose);
  }
}
