package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.OwnAddresses;
import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.ManagementSettings;
import dev.krabkrab.gateway.platform.telemetry.ConsoleLines;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The text for a user when an instance is up: its address and the next step. */
final class Banner {
  private static final int MOST_URLS = 4;
  private static final int LABEL_WIDTH = 12;
  private static final String URL = "URL";
  private static final String INSTANCE = "Instance";

  private final GatewayInstance instance;
  private final LaunchPlan plan;
  private final Redis redis;
  private final Path tokenFile;
  private final Commands commands;
  private final @Nullable String console;

  /** Which Redis it is, and what is to be said about it. */
  record Redis(String description, @Nullable String warning) {}

  /**
   * @param console path of the operator console, with a token that lets one browser in; null where
   *     that is not to be told
   */
  Banner(
      GatewayInstance instance,
      LaunchPlan plan,
      Redis redis,
      Path tokenFile,
      Commands commands,
      @Nullable String console) {
    this.instance = instance;
    this.plan = plan;
    this.redis = redis;
    this.tokenFile = tokenFile;
    this.commands = commands;
    this.console = console;
  }

  String text(String version, long startMs) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(title(version, startMs));
    lines.add("");
    facts()
        .forEach(
            (name, fact) -> {
              lines.add(line(name, name.equals(INSTANCE) ? fact + namespace() : fact));
              if (name.equals(URL)) {
                others().forEach(url -> lines.add(line("", url)));
              }
            });
    lines.add("");
    lines.add("Next:");
    if (console != null) {
      String scheme = instance.fingerprint() == null ? "http" : "https";
      lines.add("  # open the operator console: for one browser, once, within ten minutes");
      lines.add("  " + scheme + "://" + commands.local() + ":" + instance.port() + console);
    }
    next(lines);
    lines.add("");
    return String.join(System.lineSeparator(), lines);
  }

  private void next(List<String> lines) {
    Map<String, String> next = new LinkedHashMap<>();
    int port = instance.port();
    String scheme = instance.fingerprint() == null ? "ws" : "wss";
    if (console == null) {
      next.put("open the operator console", commands.client("console", scheme, port));
    }
    next.put("show the shared token, for clients", commands.local("token"));
    next.put("ask this gateway how it is", commands.client("status", scheme, port));
    next.put(
        "see who asks to be paired; then: devices approve",
        commands.client("devices list", scheme, port));
    next.put("start a second instance", commands.another(PortCheck.next(plan.settings(), port)));
    next.forEach(
        (what, command) -> {
          lines.add("  # " + what);
          lines.add("  " + command);
        });
  }

  private static String line(String name, String fact) {
    return "  " + name + " ".repeat(LABEL_WIDTH - name.length()) + fact;
  }

  private String namespace() {
    return " in namespace " + own().namespace();
  }

  /** The same facts as one line of JSON. */
  String json(String version, long startMs) {
    Map<String, Object> fields = new LinkedHashMap<>();
    facts().forEach((name, fact) -> fields.put(name.toLowerCase(Locale.ROOT), fact));
    if (!others().isEmpty()) {
      fields.put("urls", String.join(", ", others()));
    }
    fields.put("namespace", own().namespace());
    fields.put("version", version);
    fields.put("startMs", startMs);
    return ConsoleLines.json(Level.INFO, Banner.class, title(version, startMs), fields);
  }

  private static String title(String version, long startMs) {
    return "KrabKrab Gateway " + version + " is up (" + startMs + " ms)";
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(URL, scheme() + commands.local() + ":" + instance.port());
    String fingerprint = instance.fingerprint();
    if (fingerprint != null) {
      facts.put("TLS", "sha256:" + fingerprint);
    }
    facts.put("Auth", auth());
    facts.put("Redis", redis.description());
    if (redis.warning() != null) {
      facts.put("Warning", redis.warning());
    }
    ManagementSettings management = own().management();
    if (management != null) {
      facts.put(
          "Management",
          "http://" + Commands.host(management.bind()) + ":" + instance.managementPort());
    }
    facts.put(INSTANCE, own().instanceId());
    facts.put("State", own().stateDir().toString());
    return facts;
  }

  private String scheme() {
    return instance.fingerprint() == null ? "ws://" : "wss://";
  }

  private InstanceSettings own() {
    return plan.settings();
  }

  /** Who listens on every address is reached by each of them. */
  private List<String> others() {
    InetAddress bound = InetAddress.ofLiteral(own().bind());
    if (!bound.isAnyLocalAddress()) {
      return List.of();
    }
    return OwnAddresses.find().stream()
        .map(InetAddress::ofLiteral)
        .filter(Banner::isReachable)
        .filter(address -> address instanceof Inet4Address || bound instanceof Inet6Address)
        .map(address -> Commands.host(address.getHostAddress()))
        .sorted()
        .limit(MOST_URLS)
        .map(host -> scheme() + host + ":" + instance.port())
        .toList();
  }

  private static boolean isReachable(InetAddress own) {
    return !own.isLoopbackAddress() && !own.isLinkLocalAddress();
  }

  private String auth() {
    AuthSettings settings = instance.auth();
    return switch (settings.mode()) {
      case AuthSettings.MODE_NONE -> "none: every client is let in and paired";
      case AuthSettings.MODE_PASSWORD -> "password (gateway.auth.password)";
      case AuthSettings.MODE_TRUSTED_PROXY ->
          "trusted-proxy: users come over " + String.join(", ", plan.settings().trustedProxies());
      case AuthSettings.MODE_JWT ->
          "jwt: tokens of "
              + settings.jwtIssuers().stream()
                  .map(JwtIssuer::issuer)
                  .collect(Collectors.joining(", "));
      default ->
          instance.madeDocument()
                  && !plan.secrets().given()
                  && plan.seed().at("/gateway/auth/token").isMissingNode()
              ? "token, generated just now and kept in " + tokenFile
              : "token";
    };
  }
}
