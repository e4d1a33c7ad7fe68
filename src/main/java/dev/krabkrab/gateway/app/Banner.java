package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.ManagementSettings;
import dev.krabkrab.gateway.platform.telemetry.ConsoleLines;
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
  /** How the user called the launcher. */
  private static final String COMMAND = "krabkrab.command";

  private static final int DEFAULT_PORT = 18_789;
  private static final int LABEL_WIDTH = 12;
  private static final String INSTANCE = "Instance";

  private final GatewayInstance instance;
  private final LaunchPlan plan;
  private final Redis redis;
  private final Path tokenFile;

  /** Which Redis it is, and what is to be said about it. */
  record Redis(String description, @Nullable String warning) {}

  Banner(GatewayInstance instance, LaunchPlan plan, Redis redis, Path tokenFile) {
    this.instance = instance;
    this.plan = plan;
    this.redis = redis;
    this.tokenFile = tokenFile;
  }

  String text(String version, long startMs) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(title(version, startMs));
    lines.add("");
    facts()
        .forEach(
            (name, fact) ->
                lines.add(
                    "  "
                        + name
                        + " ".repeat(LABEL_WIDTH - name.length())
                        + fact
                        + (name.equals(INSTANCE) ? " in namespace " + own().namespace() : "")));
    lines.add("");
    lines.add("Next:");
    Map<String, String> next = new LinkedHashMap<>();
    String url = url();
    next.put("token", "show the shared token, for clients");
    next.put("status" + at(url), "ask this gateway how it is");
    next.put("devices list" + at(url), "see who asks to be paired; then: devices approve");
    next.put("gateway --port " + (instance.port() + 1), "start a second instance");
    int widest = next.keySet().stream().mapToInt(String::length).max().orElse(0);
    String program = System.getProperty(COMMAND, "krabkrab");
    next.forEach(
        (command, what) ->
            lines.add(
                "  " + program + " " + command + " ".repeat(widest - command.length() + 2) + what));
    lines.add("");
    return String.join(System.lineSeparator(), lines);
  }

  /** The same facts as one line of JSON. */
  String json(String version, long startMs) {
    Map<String, Object> fields = new LinkedHashMap<>();
    facts().forEach((name, fact) -> fields.put(name.toLowerCase(Locale.ROOT), fact));
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
    facts.put("URL", url());
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
          "Management", "http://" + shown(management.bind()) + ":" + instance.managementPort());
    }
    facts.put(INSTANCE, own().instanceId());
    facts.put("State", own().stateDir().toString());
    return facts;
  }

  private String url() {
    String scheme = instance.fingerprint() == null ? "ws://" : "wss://";
    return scheme + shown(own().bind()) + ":" + instance.port();
  }

  private InstanceSettings own() {
    return plan.settings();
  }

  private static String shown(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  /** The command line finds a gateway on the default port by itself. */
  private String at(String url) {
    return instance.port() == DEFAULT_PORT ? "" : " --url " + url;
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
