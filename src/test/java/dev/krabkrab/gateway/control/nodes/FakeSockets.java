package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Sockets that keep what is written to them. */
final class FakeSockets implements NodeSockets {
  private final Map<String, List<JsonNode>> written = new ConcurrentHashMap<>();
  private final Map<String, CloseReason> closed = new ConcurrentHashMap<>();
  private final Set<String> full = ConcurrentHashMap.newKeySet();

  void open(String connId) {
    written.put(connId, new CopyOnWriteArrayList<>());
  }

  void fill(String connId) {
    full.add(connId);
  }

  List<JsonNode> written(String connId) {
    return written.getOrDefault(connId, List.of());
  }

  CloseReason closed(String connId) {
    return closed.get(connId);
  }

  @Override
  public void send(String connId, EventType type, JsonText payload, Consumer<Written> outcome) {
    List<JsonNode> events = written.get(connId);
    if (events == null || closed.containsKey(connId)) {
      outcome.accept(Written.GONE);
    } else if (full.contains(connId)) {
      outcome.accept(Written.FULL);
    } else {
      events.add(Json.parseObject(payload.toString()));
      outcome.accept(Written.WRITTEN);
    }
  }

  @Override
  public void close(String connId, CloseReason reason) {
    closed.put(connId, reason);
  }
}
