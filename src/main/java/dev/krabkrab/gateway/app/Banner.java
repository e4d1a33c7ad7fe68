package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.auth.OwnAddresses;
import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The text for a user when an instance is up: its address and the next step. */
final class Banner {
  private static final int MOST_URLS = 4;

  private final GatewayInstance instance;
  private final LaunchPlan plan;
  private final String redis;
  private final Path tokenFile;
  private final Commands commands;

  Banner(
      GatewayInstance instance, LaunchPlan plan, String redis, Path tokenFile, Commands commands) {
    this.instance = instance;
    this.plan = plan;
    this.redis = redis;
    this.tokenFile = tokenFile;
    this.commands = commands;
  }

  String text(String version, long startMs) {
    InstanceSettings own = plan.settings();
    String fingerprint = instance.fingerprint();
    String scheme = fingerprint == null ? "ws" : "wss";
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("KrabKrab Gateway " + version + " is up (" + startMs + " ms)");
    lines.add("");
    urls(scheme, lines);
    if (fingerprint != null) {
      lines.add("  TLS         sha256:" + fingerprint);
    }
    lines.add("  Auth        " + auth());
    lines.add("  Redis       " + redis);
    if (own.management() != null) {
      lines.add(
          "  Management  http://"
              + Commands.host(own.management().bind())
              + ":"
              + instance.managementPort());
    }
    lines.add("  Instance    " + own.instanceId() + " in namespace " + own.namespace());
    lines.add("  State       " + own.stateDir());
    lines.add("");
    lines.add("Next:");
    next(scheme, lines);
    lines.add("");
    return String.join(System.lineSeparator(), lines);
  }

  private void next(String scheme, List<String> lines) {
    Map<String, String> next = new LinkedHashMap<>();
    int port = instance.port();
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

  /** Who listens on every address is reached by each of them, but not by that. */
  private void urls(String scheme, List<String> lines) {
    String end = ":" + instance.port();
    String before = "  URL         " + scheme + "://";
    lines.add(before + commands.local() + end);
    InetAddress bound = InetAddress.ofLiteral(plan.settings().bind());
    if (bound.isAnyLocalAddress()) {
      OwnAddresses.find().stream()
          .map(InetAddress::ofLiteral)
          .filter(Banner::isReachable)
          .filter(own -> own instanceof Inet4Address || bound instanceof Inet6Address)
          .map(own -> Commands.host(own.getHostAddress()))
          .sorted()
          .limit(MOST_URLS)
          .forEach(host -> lines.add(before.replace("URL", "   ") + host + end));
    }
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
