package dev.krabkrab.gateway;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;

/**
 * The wings below one root package, the packages of each, and who may depend on whom: a wing on
 * those below it, never on one above. The command line and the composition stand above all.
 */
record Wings(String root) {

  private static final Map<String, Set<String>> PACKAGES =
      Map.of(
          "platform",
              Set.of(
                  "",
                  "net",
                  "protocol",
                  "redis",
                  "config",
                  "telemetry",
                  "transport",
                  "cluster",
                  "rpc",
                  "settings"),
          "access", Set.of("auth", "pairing", "presence", "handshake", "audit"),
          "control", Set.of("approvals", "nodes", "browser", "logs"),
          "agent",
              Set.of(
                  "models",
                  "agents",
                  "sessions",
                  "chat",
                  "runs",
                  "tools",
                  "skills",
                  "heartbeat",
                  "cron",
                  "usage",
                  "voice",
                  "media",
                  "wizard"),
          "channel", Set.of("", "markup", "slack", "telegram", "webhook"),
          "edge", Set.of("http", "console", "topology", "metrics", "health"),
          "cli", Set.of(""),
          "app", Set.of(""));

  private static final Map<String, Set<String>> BELOW =
      Map.of(
          "platform", Set.of(),
          "access", Set.of("platform"),
          "control", Set.of("platform", "access"),
          "agent", Set.of("platform", "access", "control"),
          "channel", Set.of("platform", "agent"),
          "edge", Set.of("platform", "access", "control", "agent", "channel"),
          "cli", Set.of("platform", "access", "control", "agent", "channel", "edge"),
          "app", Set.of("platform", "access", "control", "agent", "channel", "edge", "cli"));

  /** The order inside the platform. */
  private static final Map<String, Set<String>> IN_PLATFORM =
      Map.of(
          "",
              Set.of(
                  "net",
                  "protocol",
                  "redis",
                  "config",
                  "telemetry",
                  "transport",
                  "cluster",
                  "rpc",
                  "settings"),
          "net", Set.of(),
          "protocol", Set.of(),
          "redis", Set.of("net", "protocol"),
          "config", Set.of("protocol"),
          "telemetry", Set.of("protocol"),
          "transport", Set.of("protocol"),
          "cluster", Set.of("protocol", "transport", "redis", "telemetry"),
          "rpc", Set.of("protocol", "transport", "redis", "telemetry"),
          "settings", Set.of("protocol", "redis", "cluster", "rpc"));

  /** All that channels know of agents: which conversation a message belongs to. */
  private static final Set<String> OPEN_TO_CHANNELS = Set.of("sessions");

  /**
   * Where a class is.
   *
   * @param wing empty outside the root or directly in it
   * @param name of the package in the wing, empty for the wing itself
   */
  record Place(String wing, String name) {
    static final Place NOWHERE = new Place("", "");

    boolean isKnown() {
      return PACKAGES.getOrDefault(wing, Set.of()).contains(name);
    }

    /** Composition and the command line see everything. */
    boolean seesAll() {
      return wing.equals("app") || wing.equals("cli");
    }

    /**
     * A feature: what is neither a part of the platform, nor the vocabulary of access, nor above
     * all.
     */
    boolean isFeature() {
      return isKnown() && !seesAll() && !wing.equals("platform") && !name.equals("auth");
    }

    /** Serves the clients of features, and so knows more of them than their services. */
    boolean servesFeatures() {
      return wing.equals("edge") || name.equals("handshake");
    }

    boolean isSame(Place other) {
      return equals(other) || (wing.equals("channel") && other.wing.equals("channel"));
    }
  }

  /** The place of a class. */
  Place placeOf(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(root + ".")) {
      return Place.NOWHERE;
    }
    String[] parts = name.substring(root.length() + 1).split("\\.", -1);
    return new Place(parts[0], parts.length > 1 ? parts[1] : "");
  }

  boolean may(Place from, Place to) {
    if (from.equals(to)) {
      return from.isKnown();
    }
    if (from.wing().equals(to.wing())) {
      return from.isKnown()
          && (!from.wing().equals("platform")
              || IN_PLATFORM.getOrDefault(from.name(), Set.of()).contains(to.name()));
    }
    boolean below = BELOW.getOrDefault(from.wing(), Set.of()).contains(to.wing());
    boolean closed =
        from.wing().equals("channel")
            && to.wing().equals("agent")
            && !OPEN_TO_CHANNELS.contains(to.name());
    return from.isKnown() && below && !closed;
  }
}
