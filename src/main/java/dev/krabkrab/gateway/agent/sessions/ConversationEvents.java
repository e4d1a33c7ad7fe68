package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.JsonText;

/** Tells everybody who may know, in the whole cluster, what happened in a session. */
public interface ConversationEvents {
  /**
   * Tells operators that may read, and nodes that follow the session.
   *
   * @param sessionKey canonical
   */
  void publish(EventType type, String sessionKey, JsonText payload);

  /** The same for what a later event repeats: whoever is slow does without. */
  void publishInPassing(EventType type, String sessionKey, JsonText payload);

  /** The same where protocol 4 has another form. */
  void publishInPassing(EventType type, String sessionKey, JsonText payloadV3, JsonText payloadV4);

  /**
   * Tells those who follow the messages of a session what was said in it. Protocol 05 §12.
   *
   * @param sessionKey canonical
   */
  void said(String sessionKey, TranscriptMessage message);

  /**
   * Tells those who follow sessions that one has changed. Protocol 05 §12.
   *
   * @param what {@code reason} or {@code phase}, and what belongs to it
   */
  void changed(String sessionKey, ObjectNode what);
}
