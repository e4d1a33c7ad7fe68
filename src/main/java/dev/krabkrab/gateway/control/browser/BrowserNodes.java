package dev.krabkrab.gateway.control.browser;

import dev.krabkrab.gateway.control.nodes.ConnectedNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Chooses the node whose browser is meant. Protocol 03 §27. */
final class BrowserNodes {
  static final String COMMAND = "browser.proxy";
  private static final String CAP = "browser";
  private static final int SHORTEST_PREFIX = 6;

  private BrowserNodes() {}

  /** The node, or nothing where none is meant; throws where the one that is meant is not there. */
  static Optional<ConnectedNode> choose(BrowserSettings settings, List<ConnectedNode> connected) {
    if (settings.mode().equals(BrowserSettings.OFF)) {
      return Optional.empty();
    }
    List<ConnectedNode> able =
        connected.stream()
            .filter(node -> node.caps().contains(CAP) || node.commands().contains(COMMAND))
            .toList();
    if (!settings.node().isEmpty()) {
      return Optional.of(configured(settings.node(), able));
    }
    return able.size() == 1 && !settings.mode().equals(BrowserSettings.MANUAL)
        ? Optional.of(able.getFirst())
        : Optional.empty();
  }

  private static ConnectedNode configured(String name, List<ConnectedNode> able) {
    if (able.isEmpty()) {
      throw GatewayError.unavailable("Error: No connected browser-capable nodes.");
    }
    List<ConnectedNode> matches = able.stream().filter(node -> isMeant(node, name)).toList();
    if (matches.isEmpty()) {
      throw GatewayError.unavailable("Error: Configured browser node not connected: " + name);
    }
    if (matches.size() > 1) {
      throw GatewayError.unavailable(
          "Error: ambiguous node: "
              + name
              + " (matches: "
              + matches.stream().map(BrowserNodes::shown).collect(Collectors.joining(", "))
              + ")");
    }
    return matches.getFirst();
  }

  private static boolean isMeant(ConnectedNode node, String name) {
    String displayName = node.displayName();
    return node.nodeId().equals(name)
        || name.equals(node.remoteIp())
        || (displayName != null && !displayName.isBlank() && plain(displayName).equals(plain(name)))
        || (name.length() >= SHORTEST_PREFIX && node.nodeId().startsWith(name));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }

  private static String shown(ConnectedNode node) {
    if (node.displayName() != null) {
      return node.displayName();
    }
    return node.remoteIp() == null ? node.nodeId() : node.remoteIp();
  }
}
