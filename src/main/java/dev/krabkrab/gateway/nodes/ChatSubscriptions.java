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
  private final int mostPerNode;
  private final Map<String, Set<String>> byConnection = new HashMap<>();

  /**
   * @param mostPerNode conversations that one connection may follow
   */
  ChatSubscriptions(int mostPerNode) {
    this.mostPerNode = mostPerNode;
  }

  /** Follows a conversation; fails when the connection follows as many as it may. */
  void subscribe(String connId, String sessionKey) {
    Set<String> keys = byConnection.computeIfAbsent(connId, id -> new HashSet<>());
    if (keys.size() >= mostPerNode && !keys.contains(sessionKey)) {
      throw NodeErrors.tooManySubscriptions(mostPerNode);
    }
    keys.add(sessionKey);
  }

  /** Conversations of the connection that follows most of them. */
  int most() {
    return byConnection.values().stream().mapToInt(Set::size).max().orElse(0);
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
