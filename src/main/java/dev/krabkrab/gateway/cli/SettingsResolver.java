package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * Weighs options, configuration file, environment and state directory into {@link ClientSettings}.
 */
final class SettingsResolver {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final String DEFAULT_PORT = "18789";

  private final ConnectionOptions options;
  private final Environment environment;
  private final ConfigFile config;
  private final Path stateDir;

  SettingsResolver(ConnectionOptions options, CliContext context) {
    this.options = options;
    this.environment = new Environment(context);
    Path configPath = options.config;
    this.config =
        ConfigFile.read(
            configPath != null
                ? configPath
                : environment.get("KRABKRAB_CONFIG").map(Path::of).orElse(null));
    this.stateDir = options.stateDir != null ? options.stateDir : environment.stateDir();
  }

  ClientSettings resolve() {
    return resolve(given());
  }

  /** One for each address, where several are given with commas between them. */
  List<ClientSettings> resolveAll() {
    Optional<String> given = given();
    return given.isEmpty()
        ? List.of(resolve(given))
        : Stream.of(given.get().split(",", -1))
            .map(String::strip)
            .map(address -> resolve(Optional.of(address)))
            .toList();
  }

  private Optional<String> given() {
    return Optional.ofNullable(options.url).or(() -> environment.get("KRABKRAB_GATEWAY_URL"));
  }

  private ClientSettings resolve(Optional<String> given) {
    Optional<String> configuredUrl = config.text("gateway.remote.url");
    URI uri = given.or(() -> configuredUrl).map(SettingsResolver::parse).orElseGet(this::localUri);
    // The secrets of gateway.remote belong to its own address, ours to this machine's gateway.
    boolean remoteSection =
        configuredUrl.map(SettingsResolver::parse).map(uri::equals).orElse(given.isEmpty());
    boolean local = ClientSettings.isLoopback(uri);
    return new ClientSettings(
        uri,
        secret("token", token(remoteSection, local)),
        secret("password", password(remoteSection, local)),
        options.token != null || options.password != null,
        pin(uri, remoteSection, local),
        options.timeout != null ? options.timeout : DEFAULT_TIMEOUT,
        stateDir);
  }

  private static @Nullable String secret(String name, @Nullable String text) {
    if (text != null && Placeholders.isIn(text)) {
      throw CliException.usage(
          "the " + name + " is a placeholder for a hidden one",
          "Give the secret itself; `krabkrab config get --show-secrets` prints it.");
    }
    if (text != null && Placeholders.isUnfilled(text)) {
      throw CliException.usage(
          "the " + name + " names a variable that nobody filled in",
          "Give the secret itself, as by the environment variable KRABKRAB_GATEWAY_"
              + name.toUpperCase(Locale.ROOT)
              + ".");
    }
    return text;
  }

  private @Nullable String token(boolean remoteSection, boolean local) {
    if (options.token != null || options.password != null) {
      return options.token;
    }
    Optional<String> remote =
        remoteSection ? config.text("gateway.remote.token") : Optional.empty();
    return remote
        .or(
            () ->
                local
                    ? new Secrets(config, environment, stateDir).token().map(Secrets.Found::value)
                    : environment.token())
        .orElse(null);
  }

  private @Nullable String password(boolean remoteSection, boolean local) {
    if (options.token != null || options.password != null) {
      return options.password;
    }
    Optional<String> remote =
        remoteSection ? config.text("gateway.remote.password") : Optional.empty();
    return remote
        .or(
            () ->
                local
                    ? new Secrets(config, environment, stateDir)
                        .password()
                        .map(Secrets.Found::value)
                    : environment.password())
        .orElse(null);
  }

  private @Nullable String pin(URI uri, boolean remoteSection, boolean local) {
    Optional<String> given =
        Optional.ofNullable(options.tlsFingerprint)
            .or(
                () ->
                    remoteSection
                        ? config.text("gateway.remote.tlsFingerprint")
                        : Optional.empty());
    if (given.isPresent()) {
      String pin = TlsPin.normalize(given.get());
      if (pin.length() != 64) {
        throw CliException.usage(
            "not a SHA-256 fingerprint: " + given.get(), "It has 64 hexadecimal digits.");
      }
      if (!"wss".equals(uri.getScheme())) {
        throw CliException.usage(
            "gateway tls fingerprint requires wss:// gateway url",
            "Use --url wss://" + uri.getRawAuthority() + " or leave the fingerprint away.");
      }
      return pin;
    }
    boolean readable = local && uri.getScheme().equals("wss");
    return readable ? TlsPin.ofCertificateFile(localCertificate()).orElse(null) : null;
  }

  private Path localCertificate() {
    return config
        .text("gateway.tls.certPath")
        .map(Path::of)
        .or(() -> environment.get("KRABKRAB_TLS_CERT").map(Path::of))
        .orElse(stateDir.resolve("gateway").resolve("tls").resolve("gateway-cert.pem"));
  }

  private URI localUri() {
    boolean tls =
        config.isTrue("gateway.tls.enabled")
            || environment.get("KRABKRAB_TLS").filter("true"::equalsIgnoreCase).isPresent();
    String port =
        environment.get("KRABKRAB_PORT").or(() -> config.text("gateway.port")).orElse(DEFAULT_PORT);
    try {
      new Bounded.PeerPort().convert(port);
    } catch (TypeConversionException e) {
      throw CliException.usage(
          "not a port: " + port,
          "KRABKRAB_PORT, else gateway.port, is a number from 1 to 65535; --url goes without it.");
    }
    return parse((tls ? "wss" : "ws") + "://127.0.0.1:" + port.strip());
  }

  private static URI parse(String text) {
    String url = text.strip();
    if (!url.contains("://")) {
      url = "ws://" + url;
    }
    String lower = url.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      url = "ws" + url.substring(4);
    }
    try {
      URI uri = URI.create(url);
      boolean webSocket =
          "ws".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
      if (webSocket && uri.getHost() != null && uri.getUserInfo() == null && inRange(uri)) {
        return reachable(
            URI.create(
                uri.getScheme().toLowerCase(Locale.ROOT)
                    + url.substring(uri.getScheme().length())));
      }
    } catch (IllegalArgumentException e) {
      throw badUrl(text);
    }
    throw badUrl(text);
  }

  /** Who listens on every address says so, but that is none to connect to. */
  private static URI reachable(URI uri) {
    String host = uri.getHost();
    if (!ClientSettings.isUnspecified(host)) {
      return uri;
    }
    String local = host.startsWith("[") ? "[::1]" : "127.0.0.1";
    return URI.create(uri.toString().replaceFirst(Pattern.quote(host), local));
  }

  private static boolean inRange(URI uri) {
    return uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() <= 65_535);
  }

  private static CliException badUrl(String text) {
    return CliException.usage(
        "not a gateway address: " + text, "Write it as ws://host:port or wss://host.");
  }
}
