package dev.krabkrab.gateway.nodes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which node connections of this instance follow which conversations. A subscription ends with its
 * connection. Keys are compared literally. Protocol 02 §11, §16 N15–N16.
 */
final class ChatSubscriptions {
  private static final int MAX_PER_CONNECTION = 1_000;

  private final Map<String, Set<String>> byConnection = new HashMap<>();

  void subscribe(String connId, String sessionKey) {
    Set<String> keys = byConnection.computeIfAbsent(connId, id -> new HashSet<>());
    if (keys.size() < MAX_PER_CONNECTION) {
      keys.add(sessionKey);
    }
  }

  void unsubscribe(String connId, String sessionKey) {
    byConnection.computeIfPresent(
        connId,
        (id, keys) -> {
          keys.remove(sessionKey);
          return keys.isEmpty() ? null : keys;
        });
  }

  void closed(String connId) {
    byConnection.remove(connId);
  }

  /** Connections that follow a conversation. */
  List<String> subscribersOf(String sessionKey) {
    return byConnection.entrySet().stream()
        .filter(entry -> entry.getValue().contains(sessionKey))
        .map(Map.Entry::getKey)
        .toList();
  }
}
