package dev.krabkrab.gateway.control.nodes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which node connections of this instance follow which conversations. A subscription ends with its
 * connection. Keys are compared literally. Protocol 02 §11, §16 N15–N16.
 */
final class ChatSubscriptions {
  private final int mostPerNode;
  private final Map<String, Map<String, BooleanSupplier>> byConnection = new HashMap<>();

  /**
   * @param mostPerNode conversations that one connection may follow
   */
  ChatSubscriptions(int mostPerNode) {
    this.mostPerNode = mostPerNode;
  }

  /**
   * Follows a conversation; fails when the connection follows as many as it may.
   *
   * @param lasts whether it may still
   */
  void subscribe(String connId, String sessionKey, BooleanSupplier lasts) {
    Map<String, BooleanSupplier> keys = byConnection.computeIfAbsent(connId, id -> new HashMap<>());
    if (keys.size() >= mostPerNode && !keys.containsKey(sessionKey)) {
      throw NodeErrors.tooManySubscriptions(mostPerNode);
    }
    keys.put(sessionKey, lasts);
  }

  /** Conversations of the connection that follows most of them. */
  int most() {
    return byConnection.values().stream().mapToInt(Map::size).max().orElse(0);
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

  private static boolean mayFollow(@Nullable BooleanSupplier lasts) {
    return lasts != null && lasts.getAsBoolean();
  }

  /** Connections that follow a conversation. */
  List<String> subscribersOf(String sessionKey) {
    return byConnection.entrySet().stream()
        .filter(entry -> mayFollow(entry.getValue().get(sessionKey)))
        .map(Map.Entry::getKey)
        .toList();
  }
}
