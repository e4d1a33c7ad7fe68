package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.chat.ConversationEvents;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.protocol.EventType;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.sessions.SaidMessage;

/** Tells everybody who may read, and nodes that follow the session, in the whole cluster. */
final class SessionNews implements ConversationEvents {
  /** A longer message is told of without its text and pictures, in characters. */
  private static final int MOST = 64 * 1024;

  private final Core core;
  private final NodeService nodes;

  SessionNews(Core core, NodeService nodes) {
    this.core = core;
    this.nodes = nodes;
  }

  @Override
  public void tell(EventType type, String sessionKey, JsonText payload) {
    core.broadcaster().broadcast(type, payload);
    nodes.tellFollowers(type, sessionKey, payload);
  }

  @Override
  public void tellInPassing(EventType type, String sessionKey, JsonText payload) {
    core.broadcaster().broadcastInPassing(type, payload, null);
    nodes.tellFollowers(type, sessionKey, payload);
  }

  @Override
  public void tellInPassing(
      EventType type, String sessionKey, JsonText payloadV3, JsonText payloadV4) {
    core.broadcaster().broadcastInPassing(type, payloadV3, payloadV4);
    nodes.tellFollowers(type, sessionKey, payloadV3);
  }

  @Override
  public void said(String sessionKey, SaidMessage said) {
    ObjectNode event = of(sessionKey).put("messageId", said.id()).put("messageSeq", said.seq());
    if (said.length() <= MOST) {
      event.set("message", said.named());
    }
    core.broadcaster().broadcastSoon(EventType.SESSION_MESSAGE, sessionKey, JsonText.of(event));
  }

  @Override
  public void changed(String sessionKey, ObjectNode what) {
    ObjectNode event = of(sessionKey).put("ts", core.clock().millis());
    event.setAll(what);
    core.broadcaster().broadcastSoon(EventType.SESSIONS_CHANGED, JsonText.of(event));
  }

  private ObjectNode of(String sessionKey) {
    return Json.object()
        .put("sessionKey", sessionKey)
        .put("agentId", core.settings().sessions().agentOfKey(sessionKey));
  }
}
