package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which gateway, and as whom. */
class ConnectionOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The gateway, for example wss://gw.example.com. Default: KRABKRAB_GATEWAY_URL, else"
              + " gateway.remote.url, else the local gateway ws://127.0.0.1:18789 (port:"
              + " KRABKRAB_PORT, gateway.port).")
  @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The gateway's shared token. Default: gateway.remote.token, KRABKRAB_GATEWAY_TOKEN; for a"
              + " local gateway also gateway.auth.token and the token it generated.")
  @Nullable String token;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      description =
          "The gateway's shared password. Default: gateway.remote.password,"
              + " KRABKRAB_GATEWAY_PASSWORD; for a local gateway also gateway.auth.password.")
  @Nullable String password;

  @Option(
      names = "--tls-fingerprint",
      paramLabel = "SHA256",
      description =
          "Accept exactly the certificate with this SHA-256 fingerprint, whatever its issuer and"
              + " names; needs wss://. Default: gateway.remote.tlsFingerprint.")
  @Nullable String tlsFingerprint;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Bounded.Wait.class,
      description = "How long to wait: 5000 (ms), 5s, 2m; at most 24h. Default: 10s.")
  @Nullable Duration timeout;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Configuration file (JSON or JSON5) to read gateway.remote.*, gateway.auth.* and"
              + " gateway.port from. Default: KRABKRAB_CONFIG.")
  @Nullable Path config;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Directory with this device's identity. Default: KRABKRAB_STATE_DIR, else ~/.krabkrab.")
  @Nullable Path stateDir;
}
