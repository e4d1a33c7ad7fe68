package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The text for a user when an instance is up: its address and the next step. */
final class Banner {
  /** How the user called the launcher. */
  private static final String COMMAND = "krabkrab.command";

  private static final int DEFAULT_PORT = 18_789;

  private final GatewayInstance instance;
  private final LaunchPlan plan;
  private final String redis;
  private final Path tokenFile;

  Banner(GatewayInstance instance, LaunchPlan plan, String redis, Path tokenFile) {
    this.instance = instance;
    this.plan = plan;
    this.redis = redis;
    this.tokenFile = tokenFile;
  }

  String text(String version, long startMs) {
    InstanceSettings own = plan.settings();
    String fingerprint = instance.fingerprint();
    String scheme = fingerprint == null ? "ws://" : "wss://";
    String url = scheme + shown(own.bind()) + ":" + instance.port();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("KrabKrab Gateway " + version + " is up (" + startMs + " ms)");
    lines.add("");
    lines.add("  URL         " + url);
    if (fingerprint != null) {
      lines.add("  TLS         sha256:" + fingerprint);
    }
    lines.add("  Auth        " + auth());
    lines.add("  Redis       " + redis);
    if (own.management() != null) {
      lines.add(
          "  Management  http://"
              + shown(own.management().bind())
              + ":"
              + instance.managementPort());
    }
    lines.add("  Instance    " + own.instanceId() + " in namespace " + own.namespace());
    lines.add("  State       " + own.stateDir());
    lines.add("");
    lines.add("Next:");
    Map<String, String> next = new LinkedHashMap<>();
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
