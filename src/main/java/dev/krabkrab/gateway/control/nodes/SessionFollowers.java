package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.EventPublished;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;

/**
 * Sends events of conversations to the nodes of this instance that follow them: they get no
 * broadcast of it. A node that does not read misses some. Protocol 02 §11, 04 §11.5.
 */
final class SessionFollowers {
  private final ChatSubscriptions subscriptions;
  private final NodeSockets sockets;

  SessionFollowers(ChatSubscriptions subscriptions, NodeSockets sockets) {
    this.subscriptions = subscriptions;
    this.sockets = sockets;
  }

  void publish(EventType type, String sessionKey, JsonText payload) {
    subscriptions
        .subscribersOf(sessionKey)
        .forEach(connId -> sockets.send(connId, type, payload, written -> {}));
  }

  /** Another instance has published an event. */
  void received(EventPublished published) {
    EventType type = EventType.ofWire(published.event());
    if (type == EventType.CHAT || type == EventType.AGENT) {
      String sessionKey = Json.textOrNull(Json.tryParse(published.payload()), "sessionKey");
      if (sessionKey != null) {
        publish(type, sessionKey, JsonText.of(published.payload()));
      }
    }
  }
}
