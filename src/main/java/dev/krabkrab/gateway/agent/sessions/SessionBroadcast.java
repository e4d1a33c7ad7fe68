package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.control.nodes.NodeService;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import java.util.function.Supplier;

/** Tells everybody who may read, and nodes that follow the session, in the whole cluster. */
public final class SessionBroadcast implements ConversationEvents {
  /** A longer message is published without its text and pictures, in characters. */
  private static final int MOST = 64 * 1024;

  private final Platform platform;
  private final Supplier<SessionRules> rules;
  private final NodeService nodes;

  /**
   * @param nodes hear of the sessions they follow
   */
  public SessionBroadcast(Platform platform, NodeService nodes) {
    this.platform = platform;
    this.rules = platform.section(SessionRules::of);
    this.nodes = nodes;
  }

  @Override
  public void publish(EventType type, String sessionKey, JsonText payload) {
    platform.broadcaster().broadcast(type, payload);
    nodes.publishToFollowers(type, sessionKey, payload);
  }

  @Override
  public void publishInPassing(EventType type, String sessionKey, JsonText payload) {
    platform.broadcaster().broadcastInPassing(type, payload, null);
    nodes.publishToFollowers(type, sessionKey, payload);
  }

  @Override
  public void publishInPassing(
      EventType type, String sessionKey, JsonText payloadV3, JsonText payloadV4) {
    platform.broadcaster().broadcastInPassing(type, payloadV3, payloadV4);
    nodes.publishToFollowers(type, sessionKey, payloadV3);
  }

  @Override
  public void said(String sessionKey, TranscriptMessage said) {
    ObjectNode event = of(sessionKey).put("messageId", said.id()).put("messageSeq", said.seq());
    if (said.length() <= MOST) {
      event.set("message", said.named());
    }
    platform.broadcaster().broadcastSoon(EventType.SESSION_MESSAGE, sessionKey, JsonText.of(event));
  }

  @Override
  public void changed(String sessionKey, ObjectNode what) {
    ObjectNode event = of(sessionKey).put("ts", platform.clock().millis());
    event.setAll(what);
    platform.broadcaster().broadcastSoon(EventType.SESSIONS_CHANGED, JsonText.of(event));
  }

  private ObjectNode of(String sessionKey) {
    return Json.object()
        .put("sessionKey", sessionKey)
        .put("agentId", rules.get().agentOfKey(sessionKey));
  }
}
