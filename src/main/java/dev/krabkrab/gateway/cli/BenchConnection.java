package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.bench.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the load goes, and what lets its clients in. */
final class BenchConnection {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "An instance, for example wss://gw.example.com; several times for several, among which"
              + " clients take turns. Default: as for other commands.")
  private List<String> urls = List.of();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The gateway's shared token. Default: KRABKRAB_GATEWAY_TOKEN, and so on.")
  private @Nullable String token;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      description = "The gateway's shared password. Default: KRABKRAB_GATEWAY_PASSWORD.")
  private @Nullable String password;

  @Option(
      names = "--tls-fingerprint",
      paramLabel = "SHA256",
      description = "Accept exactly the certificate with this SHA-256 fingerprint.")
  private @Nullable String tlsFingerprint;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file to read address and secrets from.")
  private @Nullable Path config;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Directory with the token that a local gateway generated.")
  private @Nullable Path stateDir;

  @Option(names = "--json", description = "Print the report as JSON, for --compare.")
  private boolean json;

  boolean isJson() {
    return json;
  }

  /** The instances, at least one. */
  List<Endpoint> endpoints(CliContext context) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String url : urls) {
      endpoints.add(endpoint(url, context));
    }
    if (endpoints.isEmpty()) {
      endpoints.add(endpoint(null, context));
    }
    return endpoints;
  }

  private Endpoint endpoint(@Nullable String url, CliContext context) {
    ClientOptions one = new ClientOptions();
    one.url = url;
    one.token = token;
    one.password = password;
    one.tlsFingerprint = tlsFingerprint;
    one.config = config;
    one.stateDir = stateDir;
    ClientSettings settings = new SettingsResolver(one, context).resolve();
    String pin = settings.pin();
    return new Endpoint(
        settings.uri(),
        settings.token(),
        settings.password(),
        pin == null ? null : new TlsPin(pin).strict());
  }
}
