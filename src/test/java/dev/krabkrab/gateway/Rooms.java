package dev.krabkrab.gateway;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;

/**
 * The rooms below one root package and who may depend on whom. Rooms that are not in the table are
 * features, all alike. {@code protocol} is the vocabulary of every room above it.
 */
record Rooms(String root) {

  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("protocol", Set.of()),
          Map.entry("redis", Set.of()),
          Map.entry("config", Set.of("protocol")),
          Map.entry("telemetry", Set.of("protocol")),
          Map.entry("auth", Set.of("protocol", "redis")),
          Map.entry("transport", Set.of("protocol")),
          Map.entry("cluster", Set.of("protocol", "transport", "redis", "telemetry")),
          Map.entry("rpc", Set.of("protocol", "auth", "transport", "redis", "telemetry")),
          Map.entry(
              "handshake",
              Set.of("protocol", "transport", "auth", "rpc", "pairing", "presence", "telemetry")),
          Map.entry("http", Set.of("protocol", "auth", "rpc")),
          Map.entry(
              "metrics", Set.of("protocol", "transport", "redis", "cluster", "rpc", "handshake")),
          Map.entry("console", Set.of("protocol", "http")));

  private static final Set<String> FEATURES =
      Set.of(
          "approvals",
          "pairing",
          "presence",
          "nodes",
          "sessions",
          "chat",
          "agents",
          "models",
          "runs",
          "tools",
          "cron",
          "settings",
          "heartbeat",
          "voice",
          "channels",
          "media",
          "skills",
          "usage",
          "logs",
          "wizard",
          "browser",
          "audit");

  private static final Set<String> FEATURE_MAY =
      Set.of("protocol", "auth", "rpc", "cluster", "redis", "telemetry");

  /** The first package segment below the root; empty for a class outside or directly in it. */
  String roomOf(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(root + ".")) {
      return "";
    }
    String below = name.substring(root.length() + 1);
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  boolean isKnown(String room) {
    return seesAll(room) || isFeature(room) || ALLOWED.containsKey(room);
  }

  boolean isFeature(String room) {
    return FEATURES.contains(room);
  }

  /** Composition and the command line see everything. */
  boolean seesAll(String room) {
    return room.equals("app") || room.equals("cli");
  }

  boolean may(String from, String to) {
    if (from.equals(to) || seesAll(from)) {
      return true;
    }
    if (isFeature(from)) {
      return isFeature(to) || FEATURE_MAY.contains(to);
    }
    boolean reachesFeatures = from.equals("http") || from.equals("metrics");
    return ALLOWED.getOrDefault(from, Set.of()).contains(to) || (reachesFeatures && isFeature(to));
  }
}
