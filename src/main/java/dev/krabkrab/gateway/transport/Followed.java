package dev.krabkrab.gateway.transport;

import dev.krabkrab.gateway.protocol.EncodedEvent;
import java.util.HashSet;
import java.util.Set;

/**
 * What a connection has asked to be told of; it ends with the connection. For the socket's event
 * loop. Protocol 05 §12.
 */
public final class Followed {
  private static final int MOST_SESSIONS = 64;

  private final Set<String> messagesOf = new HashSet<>(0);
  private boolean sessions;

  Followed() {}

  /** From here on it is told when sessions change. */
  public void sessions() {
    sessions = true;
  }

  /**
   * From here on it is told what is said in a session, or no more.
   *
   * @param key canonical
   * @return false when it follows 64 others already
   */
  public boolean messages(String key, boolean on) {
    if (!on) {
      messagesOf.remove(key);
      return true;
    }
    return messagesOf.contains(key) || (messagesOf.size() < MOST_SESSIONS && messagesOf.add(key));
  }

  boolean covers(EncodedEvent event) {
    String session = event.session();
    return session == null ? sessions : messagesOf.contains(session);
  }
}
